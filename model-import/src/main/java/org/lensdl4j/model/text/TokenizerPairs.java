package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.GgufFileWriter;

/**
 * Writes a Hugging Face tokenizer as the key/value pairs of a GGUF file: the reverse of {@link
 * GgufTokenizer}. Byte-level BPE becomes the kind {@code gpt2}, BPE with byte fallback the kind
 * {@code llama}, whose scores are the ranks of the merges.
 */
public final class TokenizerPairs {
  private static final int NORMAL = 1;
  private static final int UNUSED = 5;
  private static final int BYTE = 6;

  private final JsonNode tokenizer;
  private final JsonNode config;
  private final String source;
  private final String[] tokens;
  private final int[] types;
  private final Map<String, Integer> ids = new HashMap<>();

  private TokenizerPairs(JsonNode tokenizer, JsonNode config, int vocabulary, String source) {
    this.tokenizer = tokenizer;
    this.config = config;
    this.source = source;
    if (!tokenizer.path("model").path("type").asText("BPE").equals("BPE")) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: the tokenizer is of type %s; GGUF files can be written for BPE",
              source,
              tokenizer.path("model").path("type")));
    }
    tokens = new String[vocabulary];
    types = new int[vocabulary];
    Arrays.fill(types, NORMAL);
    tokenizer
        .path("model")
        .path("vocab")
        .fields()
        .forEachRemaining(e -> put(e.getKey(), e.getValue().asInt(-1), NORMAL));
    for (JsonNode added : tokenizer.path("added_tokens")) {
      boolean special = added.path("special").asBoolean();
      put(
          added.path("content").asText(),
          added.path("id").asInt(-1),
          special ? GgufTokenizer.CONTROL : GgufTokenizer.USER_DEFINED);
    }
    for (int id = 0; id < vocabulary; id++) {
      if (tokens[id] == null) {
        // The embedding has rows to spare; llama.cpp wants a name for each.
        tokens[id] = "[PAD" + id + "]";
        types[id] = UNUSED;
      }
    }
  }

  private void put(String token, int id, int type) {
    if (id < 0 || id >= tokens.length) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: token '%s' has id %d, the embedding has %d rows",
              source,
              token,
              id,
              tokens.length));
    }
    tokens[id] = token;
    types[id] = type;
    ids.put(token, id);
  }

  /**
   * Adds the pairs to a file.
   *
   * @param tokenizerJson tokenizer.json
   * @param tokenizerConfig tokenizer_config.json; may be empty
   * @param special the tokens that the model's files name
   * @param chatTemplate Jinja, or null
   * @param vocabulary rows of the embedding
   * @param source how messages name the tokenizer
   * @throws ModelFormatException if GGUF has no form for this tokenizer
   */
  public static void write(
      JsonNode tokenizerJson,
      JsonNode tokenizerConfig,
      SpecialTokens special,
      String chatTemplate,
      int vocabulary,
      String source,
      GgufFileWriter out) {
    TokenizerPairs pairs = new TokenizerPairs(tokenizerJson, tokenizerConfig, vocabulary, source);
    if (tokenizerJson.path("model").path("byte_fallback").asBoolean()) {
      pairs.sentencePiece(out);
    } else {
      pairs.byteLevel(out);
    }
    pairs.id(out, "bos", special.bos());
    pairs.id(out, "eos", special.eos());
    pairs.id(out, "unknown", special.unk());
    pairs.id(out, "padding", special.pad());
    out.put("tokenizer.ggml.add_bos_token", pairs.adds("add_bos_token", special.bos()));
    out.put("tokenizer.ggml.add_eos_token", pairs.adds("add_eos_token", special.eos()));
    if (chatTemplate != null) {
      out.put("tokenizer.chat_template", chatTemplate);
    }
  }

  private void byteLevel(GgufFileWriter out) {
    out.put("tokenizer.ggml.model", "gpt2");
    out.put("tokenizer.ggml.pre", PreTokenizer.named(tokenizer, source));
    out.put("tokenizer.ggml.tokens", List.of(tokens));
    out.put("tokenizer.ggml.token_type", types);
    out.put("tokenizer.ggml.merges", merges().map(TokenizerPairs::joined).toList());
  }

  private void sentencePiece(GgufFileWriter out) {
    // Only the order counts: a pair's score is that of the token it makes.
    float[] scores = new float[tokens.length];
    Arrays.fill(scores, -1e6f);
    int[] rank = {0};
    merges()
        .forEach(
            merge -> {
              Integer made = ids.get(merge.get(0) + merge.get(1));
              if (made != null && scores[made] == -1e6f) {
                scores[made] = -rank[0]++;
              }
            });
    for (int id = 0; id < tokens.length; id++) {
      if (types[id] == NORMAL && tokens[id].matches("<0x[0-9A-F]{2}>")) {
        types[id] = BYTE;
      }
    }
    String unknown = tokenizer.path("model").path("unk_token").asText("");
    if (ids.containsKey(unknown)) {
      types[ids.get(unknown)] = GgufTokenizer.UNKNOWN;
    }
    out.put("tokenizer.ggml.model", "llama");
    out.put("tokenizer.ggml.tokens", List.of(tokens));
    out.put("tokenizer.ggml.scores", scores);
    out.put("tokenizer.ggml.token_type", types);
    boolean prefix =
        !tokenizer.path("normalizer").findValues("prepend").isEmpty()
            || !tokenizer
                .path("pre_tokenizer")
                .path("prepend_scheme")
                .asText("never")
                .equals("never");
    out.put("tokenizer.ggml.add_space_prefix", prefix);
  }

  private java.util.stream.Stream<List<String>> merges() {
    return java.util.stream.StreamSupport.stream(
            tokenizer.path("model").path("merges").spliterator(), false)
        .map(
            m ->
                m.isArray()
                    ? List.of(m.path(0).asText(), m.path(1).asText())
                    : List.of(m.asText().split(" ", 2)));
  }

  private static String joined(List<String> merge) {
    return merge.get(0) + " " + merge.get(1);
  }

  private void id(GgufFileWriter out, String name, String token) {
    if (token != null && ids.containsKey(token)) {
      out.put("tokenizer.ggml." + name + "_token_id", ids.get(token));
    }
  }

  /** What the configuration says, or else whether the post-processor names the token. */
  private boolean adds(String field, String token) {
    if (config.path(field).isBoolean()) {
      return config.path(field).asBoolean();
    }
    return token != null && tokenizer.path("post_processor").findValuesAsText("id").contains(token);
  }
}
