package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.lensdl4j.model.base.ModelFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How byte-level BPE tokenizers split a text into words before merging, by GGUF's names for these
 * rules. The first name of each is the one that an export writes.
 */
enum PreTokenizer {
  /** GPT-2's words; also where a file does not say. */
  GPT2(
      List.of(),
      "gpt-2 gpt2 default mpt olmo phi-2 roberta-bpe jina-v1-en jina-v2-code jina-v2-de jina-v2-es"
          + " jina-de jina-es gigachat a.x-4.0 mellum exaone4 jais trillion granite-docling"
          + " modern-bert"),
  /** Digits one by one, then GPT-2's words. */
  DIGITS(
      List.of(SplitRules.digits(), SplitRules.byteLevel(false, true)),
      "smollm starcoder refact codeshell exaone minerva-7b mellum2"),
  COMMAND_R(DIGITS.steps, "command-r", Trait.NFC),
  LLAMA3(
      List.of(SplitRules.split(SplitRules.LLAMA3)),
      "llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano",
      Trait.BOS,
      Trait.WHOLE_WORDS),
  /** Llama 3's words, merged as usual and without BOS. */
  DBRX(LLAMA3.steps, "dbrx smaug-bpe glm4 chatglm-bpe"),
  GPT4O(List.of(SplitRules.split(SplitRules.GPT4O)), "gpt-4o llama4 kanana2 talkie minimax-m2"),
  GRANITE_EMBED(GPT4O.steps, "granite-embed-multi-97m", Trait.WHOLE_WORDS),
  QWEN2(
      List.of(SplitRules.split(SplitRules.QWEN2)),
      "qwen2 deepseek-r1-qwen kormo f2llmv2",
      Trait.NFC),
  /** Qwen 2's words of models that do not normalise. */
  PLAIN_QWEN2(QWEN2.steps, "hunyuan stablelm2 megrez solar-open grok-2"),
  QWEN35(List.of(SplitRules.split(SplitRules.QWEN35)), "qwen35", Trait.NFC),
  TEKKEN(List.of(SplitRules.split(SplitRules.TEKKEN)), "tekken", Trait.BOS, Trait.WHOLE_WORDS),
  FALCON(SplitRules.falcon(), "falcon"),
  DEEPSEEK_LLM(SplitRules.deepseekLlm(), "deepseek-llm"),
  DEEPSEEK_CODER(SplitRules.deepseekCoder(), "deepseek-coder"),
  DEEPSEEK3(SplitRules.deepseek3(), "deepseek-v3 hunyuan-dense joyai-llm hy_v4"),
  SPARK(SplitRules.spark(), "spark2_5"),
  YOUTU(SplitRules.youtu(), "youtu", Trait.WHOLE_WORDS),
  BLOOM(SplitRules.bloom(), "bloom poro-chat gpt3-finnish"),
  VIKING(SplitRules.viking(), "viking"),
  TINY_AYA(SplitRules.tinyAya(), "tiny_aya cohere2moe"),
  KIMI(SplitRules.kimi(), "kimi-k2"),
  SUPER_BPE(SplitRules.superBpe(), "superbpe"),
  BAILING(SplitRules.bailing(), "bailingmoe bailingmoe2 llada-moe"),
  SEED_CODER(SplitRules.seedCoder(), "seed-coder"),
  UFAK_ZEKA(SplitRules.ufakZeka(), "ufakzeka"),
  LAGUNA(SplitRules.laguna(), "laguna"),
  EXAONE_MOE(SplitRules.exaoneMoe(), "exaone-moe"),
  MINI_CPM(SplitRules.miniCpm(), "minicpm5", Trait.WHOLE_WORDS),
  CHAMELEON(SplitRules.chameleon(), "chameleon", Trait.BOS);

  private enum Trait {
    /** BOS comes before a text when the file does not say. */
    BOS,
    /** A word that is in the vocabulary is taken as it is. */
    WHOLE_WORDS,
    /** Texts are brought to NFC first. */
    NFC
  }

  private static final Logger LOG = LoggerFactory.getLogger(PreTokenizer.class);

  private final List<ObjectNode> steps;
  private final List<String> names;
  private final List<Trait> traits;

  PreTokenizer(List<ObjectNode> steps, String names, Trait... traits) {
    this.steps = steps;
    this.names = List.of(names.split(" "));
    this.traits = List.of(traits);
  }

  static PreTokenizer of(GgufFields fields) {
    String name = fields.string("tokenizer.ggml.pre", "default");
    return Arrays.stream(values())
        .filter(pre -> pre.names.contains(name))
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
   * GGUF's name of a tokenizer.json's pre-tokenizer: a rule that splits alike, and merges and
   * normalises alike where several rules split alike.
   *
   * @param tokenizer the whole of tokenizer.json
   * @throws ModelFormatException if no rule splits alike
   */
  static String named(JsonNode tokenizer, String source) {
    JsonNode wanted = tokenizer.path("pre_tokenizer");
    boolean wholeWords = tokenizer.path("model").path("ignore_merges").asBoolean();
    boolean nfc = tokenizer.path("normalizer").findValuesAsText("type").contains("NFC");
    return Arrays.stream(values())
        .filter(pre -> SplitRules.cutAlike(pre.json(), wanted))
        .min(
            java.util.Comparator.comparing((PreTokenizer pre) -> pre.ignoresMerges() != wholeWords)
                .thenComparing(pre -> pre.normalises() != nfc))
        .map(pre -> pre.names.get(0))
        .orElseThrow(
            () ->
                new ModelFormatException(
                    source
                        + ": the pre-tokenizer "
                        + wanted
                        + " has no name in GGUF; known are "
                        + known()));
  }

  /** Whether these models put BOS before a text when the file does not say. */
  boolean addsBos() {
    return traits.contains(Trait.BOS);
  }

  /** Whether a word that is in the vocabulary is taken as it is. */
  boolean ignoresMerges() {
    return traits.contains(Trait.WHOLE_WORDS);
  }

  /** Whether texts are brought to NFC first. */
  boolean normalises() {
    return traits.contains(Trait.NFC);
  }

  /** The pre-tokenizer of a tokenizer.json. */
  ObjectNode json() {
    return steps.isEmpty() ? SplitRules.byteLevel(false, true) : SplitRules.sequence(steps);
  }

  private static String known() {
    return Arrays.stream(values())
        .flatMap(pre -> pre.names.stream())
        .collect(Collectors.joining(", "));
  }
}
