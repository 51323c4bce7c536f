package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.lensdl4j.model.base.ModelFormatException;

/** Tokens and ids of a tokenizer.json, which the native library does not expose. */
final class Vocabulary {
  private static final int MAX_SIZE = 1 << 24;
  private final Map<String, Integer> ids;
  private final String[] tokens;
  private final BitSet special;

  private Vocabulary(Map<String, Integer> ids, int size, BitSet special) {
    this.ids = ids;
    this.tokens = new String[size];
    this.special = special;
    ids.forEach((token, id) -> tokens[id] = token);
  }

  static Vocabulary of(JsonNode tree, String source) {
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocab = tree.path("model").path("vocab");
    if (vocab.isObject()) {
      vocab.fields().forEachRemaining(e -> ids.put(e.getKey(), id(e.getValue(), source)));
    } else if (vocab.isArray()) {
      for (int i = 0; i < vocab.size(); i++) { // unigram: pairs of token and score
        ids.put(vocab.get(i).path(0).asText(), i);
      }
    } else {
      throw new ModelFormatException(source + ": model.vocab is missing");
    }
    BitSet special = new BitSet();
    for (JsonNode added : tree.path("added_tokens")) {
      int id = id(added.path("id"), source);
      ids.put(added.path("content").asText(), id);
      special.set(id, added.path("special").asBoolean());
    }
    int size = 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    return new Vocabulary(ids, size, special);
  }

  private static int id(JsonNode node, String source) {
    if (!node.canConvertToInt() || node.intValue() < 0 || node.intValue() >= MAX_SIZE) {
      throw new ModelFormatException(
          source + ": token id " + node + ", expected 0 to " + (MAX_SIZE - 1));
    }
    return node.intValue();
  }

  Integer id(String token) {
    return ids.get(token);
  }

  String token(int id) {
    return id < 0 || id >= tokens.length ? null : tokens[id];
  }

  boolean isSpecial(int id) {
    return id >= 0 && special.get(id);
  }

  int size() {
    return tokens.length;
  }
}
