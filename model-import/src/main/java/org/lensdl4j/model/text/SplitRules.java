package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The expressions by which byte-level BPE tokenizers cut a text into words, in the dialect of the
 * models' own tokenizer.json, and the steps that are made of them.
 */
final class SplitRules {
  private static final String SUFFIX = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String UPPER = "\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}";
  private static final String LOWER = "\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}";
  private static final String BREAKS = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String CJK = "[一-龥぀-ゟ゠-ヿ]+";
  private static final String BLOOM_WORDS = " ?[^(\\s|.,!?…。，、।۔،)]+";

  private static final String LATIN =
      "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅ"
          + "Ὀ-Ὅὐ-ὗὙὛὝὟ-\u1f7dᾀ-ᾴᾶ-ᾼ\u1fbeῂ-ῄῆ-ῌῐ-\u1fd3ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛ"
          + "Ꜣ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+";

  static final String LLAMA3 = words("\\p{L}+", "\\p{N}{1,3}", "\\p{L}");
  static final String QWEN2 = words("\\p{L}+", "\\p{N}", "\\p{L}");
  static final String QWEN35 = words("[\\p{L}\\p{M}]+", "\\p{N}", "\\p{L}\\p{M}");
  static final String GPT4O =
      cased(UPPER, LOWER, SUFFIX + "?") + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + BREAKS;
  static final String TEKKEN =
      cased(UPPER, LOWER, "") + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + BREAKS;

  private SplitRules() {}

  private static String words(String letters, String digits, String inWords) {
    return SUFFIX
        + "|[^\\r\\n\\p{L}\\p{N}]?"
        + letters
        + "|"
        + digits
        + "| ?[^\\s"
        + inWords
        + "\\p{N}]+[\\r\\n]*"
        + BREAKS;
  }

  /** Words that begin anew where a capital letter follows a small one. */
  private static String cased(String upper, String lower, String suffix) {
    String before = "[^\\r\\n\\p{L}\\p{N}]?";
    return before
        + ("[" + upper + "]*[" + lower + "]+" + suffix + "|")
        + before
        + ("[" + upper + "]+[" + lower + "]*" + suffix);
  }

  static List<ObjectNode> falcon() {
    ObjectNode punctuation =
        Json.MAPPER.createObjectNode().put("type", "Punctuation").put("behavior", "Contiguous");
    return List.of(punctuation, byteLevel(false, true), split("[0-9][0-9][0-9]"));
  }

  static List<ObjectNode> deepseekLlm() {
    return List.of(
        split("[\\r\\n]"),
        split(LATIN),
        split("\\s?[!-/:-~！-／：-～‘-‟　-。]+"),
        split("\\s+$"),
        split("[一-龥ࠀ-一가-퟿]+"),
        digits());
  }

  static List<ObjectNode> deepseekCoder() {
    return List.of(
        split("[\\r\\n]"),
        split("\\s?\\p{L}+"),
        split("\\s?\\p{P}+"),
        split("[一-龥ࠀ-一가-퟿]+"),
        digits());
  }

  static List<ObjectNode> deepseek3() {
    return List.of(split("\\p{N}{1,3}"), split(CJK), split(marked("[\\r\\n]*|\\s*[\\r\\n]+|")));
  }

  static List<ObjectNode> spark() {
    return List.of(split("\\p{N}{1,3}"), split(CJK), split(marked("|[\\r\\n]|")), split("\\p{N}"));
  }

  /** Words that a mark of punctuation may begin, as in code. */
  private static String marked(String afterMarks) {
    return "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
        + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+"
        + afterMarks
        + "\\s+(?!\\S)|\\s+";
  }

  static List<ObjectNode> youtu() {
    return List.of(
        split("[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|" + CJK),
        split(
            cased(UPPER, LOWER, SUFFIX + "?")
                + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
                + BREAKS));
  }

  static List<ObjectNode> bloom() {
    return List.of(split(BLOOM_WORDS));
  }

  static List<ObjectNode> viking() {
    return List.of(split(BLOOM_WORDS), digits());
  }

  static List<ObjectNode> tinyAya() {
    return List.of(split("\\d{1,3}(?=(?:\\d{3})*\\b)"), split(GPT4O));
  }

  static List<ObjectNode> kimi() {
    String notHan = "&&[^\\p{Han}]";
    return List.of(
        split(
            "[\\p{Han}]+|"
                + cased(UPPER + notHan, LOWER + notHan, SUFFIX + "?")
                + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                + BREAKS));
  }

  static List<ObjectNode> superBpe() {
    return List.of(split("\\p{N}+"), split("(?=(\\d{3})+(?!\\d))"));
  }

  static List<ObjectNode> bailing() {
    return List.of(
        split(
            "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}"
                + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"));
  }

  static List<ObjectNode> seedCoder() {
    return List.of(
        split(
            SUFFIX
                + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+"
                + BREAKS));
  }

  static List<ObjectNode> ufakZeka() {
    return List.of(split(QWEN2.substring(SUFFIX.length() + 1)));
  }

  static List<ObjectNode> laguna() {
    return List.of(split("[^\\n]+|[\\n]+"), split(QWEN2));
  }

  static List<ObjectNode> exaoneMoe() {
    return List.of(
        split(
            SUFFIX
                + "|[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}"
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"));
  }

  static List<ObjectNode> miniCpm() {
    return List.of(split("\\p{N}{1,3}"), split(words("\\p{L}+", "\\p{N}+", "\\p{L}")));
  }

  static List<ObjectNode> chameleon() {
    return List.of(
        split("<sentinel:[0-9]+>"),
        split("(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z"),
        split("([\\t\\n]|    |  )"),
        digits(),
        Json.MAPPER.createObjectNode().put("type", "Punctuation").put("behavior", "Isolated"),
        byteLevel(false, true));
  }

  static ObjectNode digits() {
    return Json.MAPPER.createObjectNode().put("type", "Digits").put("individual_digits", true);
  }

  static ObjectNode split(String regex) {
    ObjectNode split = Json.MAPPER.createObjectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", regex);
    return split.put("behavior", "Isolated").put("invert", false);
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

  /** The steps as one pre-tokenizer, with the step that writes bytes where none does so. */
  static ObjectNode sequence(List<ObjectNode> steps) {
    ObjectNode sequence = Json.MAPPER.createObjectNode().put("type", "Sequence");
    ArrayNode all = sequence.putArray("pretokenizers");
    steps.forEach(step -> all.add(step.deepCopy()));
    if (steps.stream().map(step -> step.path("type").asText()).noneMatch("ByteLevel"::equals)) {
      all.add(byteLevel(false, false));
    }
    return sequence;
  }

  /** Whether two pre-tokenizers cut alike: defaults left out and offsets do not count. */
  static boolean cutAlike(JsonNode one, JsonNode other) {
    return one.path("type").equals(other.path("type"))
        && sameTexts(one, other, "Regex")
        && sameTexts(one, other, "individual_digits")
        && sameTexts(one, other, "type")
        && !other.findValuesAsText("add_prefix_space").contains("true");
  }

  private static boolean sameTexts(JsonNode one, JsonNode other, String key) {
    return one.findValuesAsText(key).equals(other.findValuesAsText(key));
  }
}
