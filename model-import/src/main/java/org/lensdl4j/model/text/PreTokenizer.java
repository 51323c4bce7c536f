package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lensdl4j.model.base.ModelFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How byte-level BPE tokenizers split a text into words before merging, by GGUF's names for these
 * rules. The expressions are those of the models' own tokenizer.json.
 */
enum PreTokenizer {
  /** GPT-2's words; also where a file does not say. */
  GPT2(
      null,
      false,
      false,
      "gpt-2",
      "gpt2",
      "default",
      "mpt",
      "olmo",
      "phi-2",
      "roberta-bpe",
      "jina-v1-en",
      "jina-v2-code",
      "jina-v2-de",
      "jina-v2-es",
      "jina-de",
      "jina-es",
      "gigachat",
      "a.x-4.0",
      "mellum",
      "exaone4",
      "jais",
      "trillion",
      "granite-docling"),
  /** Digits one by one, then GPT-2's words. */
  DIGITS(null, false, false, "smollm", "starcoder", "refact", "codeshell", "exaone", "minerva-7b"),
  LLAMA3(
      Words.LLAMA3,
      true,
      true,
      "llama-bpe",
      "llama3",
      "llama-v3",
      "falcon3",
      "falcon-h1",
      "pixtral",
      "midm-2.0",
      "lfm2"),
  /** Llama 3's words, merged as usual and without BOS. */
  DBRX(Words.LLAMA3, false, false, "dbrx", "smaug-bpe", "glm4", "chatglm-bpe"),
  GPT4O(
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      false,
      false,
      "gpt-4o",
      "llama4"),
  QWEN2(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      false,
      false,
      "qwen2",
      "deepseek-r1-qwen",
      "megrez",
      "kormo",
      "f2llmv2",
      "stablelm2"),
  TEKKEN(
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      true,
      true,
      "tekken");

  /** Expressions of several tokenizers; constants of an enum cannot refer to its own fields. */
  private static final class Words {
    static final String LLAMA3 =
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  private static final Logger LOG = LoggerFactory.getLogger(PreTokenizer.class);

  private final String regex;
  private final boolean addsBos;
  private final boolean ignoresMerges;
  private final String names; // between commas

  PreTokenizer(String regex, boolean addsBos, boolean ignoresMerges, String... names) {
    this.regex = regex;
    this.addsBos = addsBos;
    this.ignoresMerges = ignoresMerges;
    this.names = "," + String.join(",", names) + ",";
  }

  static PreTokenizer of(GgufFields fields) {
    String name = fields.string("tokenizer.ggml.pre", "default");
    return Arrays.stream(values())
        .filter(pre -> pre.names.contains("," + name + ","))
        .findFirst()
        .orElseThrow(() -> fields.bad("tokenizer.ggml.pre", "'" + name + "'", "one of " + known()));
  }

  /** Warns where the file does not say how texts are split: GPT-2's rule is a guess. */
  static void warnIfGuessed(GgufFields fields) {
    if (fields.string("tokenizer.ggml.pre", "default").equals("default")) {
      LOG.warn(
          "{}: tokenizer.ggml.pre does not name the pre-tokenizer, so words are split by GPT-2's"
              + " rule, which is a guess: token ids may be wrong. Convert the model anew with a"
              + " recent llama.cpp",
          fields.source());
    }
  }

  /**
   * GGUF's name of a tokenizer.json's pre-tokenizer.
   *
   * @throws ModelFormatException if it is none of these
   */
  static String named(JsonNode preTokenizer, String source) {
    for (PreTokenizer pre : values()) {
      if (pre.json().equals(preTokenizer) || pre.cuts(preTokenizer)) {
        return pre.names.split(",")[1];
      }
    }
    throw new ModelFormatException(
        String.format(
            Locale.ROOT,
            "%s: the pre-tokenizer %s has no name in GGUF; known are %s",
            source,
            preTokenizer,
            known()));
  }

  /** The same steps where a file leaves defaults out or sets what only offsets depend on. */
  private boolean cuts(JsonNode other) {
    JsonNode own = json();
    return other.path("type").equals(own.path("type"))
        && other.findValuesAsText("Regex").equals(own.findValuesAsText("Regex"))
        && other
            .findValuesAsText("individual_digits")
            .equals(own.findValuesAsText("individual_digits"))
        && other.findValuesAsText("type").equals(own.findValuesAsText("type"))
        && !other.findValuesAsText("add_prefix_space").contains("true");
  }

  /** Whether these models put BOS before a text when the file does not say. */
  boolean addsBos() {
    return addsBos;
  }

  /** Whether a word that is in the vocabulary is taken as it is. */
  boolean ignoresMerges() {
    return ignoresMerges;
  }

  /** Whether texts are brought to NFC first. */
  boolean normalises() {
    return this == QWEN2;
  }

  /** The pre-tokenizer of a tokenizer.json. */
  ObjectNode json() {
    ObjectNode byteLevel = byteLevel(false, regex == null);
    if (this == GPT2) {
      return byteLevel;
    }
    ObjectNode sequence = Json.MAPPER.createObjectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    if (this == DIGITS) {
      steps.addObject().put("type", "Digits").put("individual_digits", true);
    } else {
      ObjectNode split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", regex);
      split.put("behavior", "Isolated").put("invert", false);
    }
    steps.add(byteLevel);
    return sequence;
  }

  /** A byte-level step, which stands in three places of a tokenizer.json. */
  static ObjectNode byteLevel(boolean addPrefixSpace, boolean useRegex) {
    return Json.MAPPER
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", addPrefixSpace)
        .put("trim_offsets", true)
        .put("use_regex", useRegex);
  }

  private static String known() {
    return Arrays.stream(values())
        .map(pre -> pre.names.substring(1, pre.names.length() - 1).replace(",", ", "))
        .collect(Collectors.joining(", "));
  }
}
