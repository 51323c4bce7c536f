package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code llama} kind: SentencePiece BPE. The file has a score for each token and no merges;
 * they are recovered as {@code transformers} does: every way of splitting a token into two tokens
 * is a merge, ordered by the score of the whole token, highest first.
 */
final class SentencePieceBpe {
  private static final String SPACE = "\u2581";
  private static final int MAX_TOKEN_CHARS = 4096;

  private record Merge(String left, String right, float score, float leftScore, float rightScore) {}

  private SentencePieceBpe() {}

  static ObjectNode build(GgufFields fields) {
    boolean prefix = fields.bool("tokenizer.ggml.add_space_prefix", true);
    ObjectNode json = GgufTokenizer.frame(fields);
    ArrayNode normalizers =
        json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    if (prefix) {
      normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    replace(normalizers, " ", SPACE);
    json.putNull("pre_tokenizer");
    boolean bos = GgufTokenizer.bos(fields, "llama");
    boolean eos = GgufTokenizer.eos(fields);
    json.set("post_processor", bos || eos ? GgufTokenizer.template(fields, bos, eos) : null);
    ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders, SPACE, " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    ObjectNode model =
        GgufTokenizer.bpe(fields, fields.token("tokenizer.ggml.unknown_token_id"), true);
    ArrayNode merges = model.putArray("merges");
    if (fields.has("tokenizer.ggml.merges")) {
      for (String merge : fields.strings("tokenizer.ggml.merges")) {
        merges.add(merge);
      }
    } else {
      merges(fields.tokens(), fields.scores())
          .forEach(merge -> merges.add(merge.left() + " " + merge.right()));
    }
    json.set("model", model);
    return json;
  }

  private static void replace(ArrayNode steps, String from, String to) {
    ObjectNode step = steps.addObject().put("type", "Replace");
    step.putObject("pattern").put("String", from);
    step.put("content", to);
  }

  private static List<Merge> merges(String[] tokens, float[] scores) {
    Map<String, Float> vocabulary = new LinkedHashMap<>();
    for (int i = 0; i < tokens.length; i++) {
      vocabulary.put(tokens[i], scores[i]);
    }
    Map<String, Float> fast = new HashMap<>(vocabulary);
    Comparator<Merge> parts =
        Comparator.comparing(Merge::leftScore).thenComparing(Merge::rightScore).reversed();
    List<Merge> out = new ArrayList<>();
    vocabulary.forEach(
        (token, score) -> {
          if (token.length() > MAX_TOKEN_CHARS || token.indexOf(' ') >= 0) {
            return; // a merge is written with a space between, so these cannot come from one
          }
          List<Merge> local = new ArrayList<>();
          for (int i = token.offsetByCodePoints(0, Math.min(1, token.length()));
              i < token.length();
              i = token.offsetByCodePoints(i, 1)) {
            Float left = fast.get(token.substring(0, i));
            Float right = fast.get(token.substring(i));
            if (left != null && right != null) {
              local.add(new Merge(token.substring(0, i), token.substring(i), score, left, right));
            }
          }
          local.sort(parts);
          out.addAll(local);
        });
    out.sort(Comparator.comparing(Merge::score).reversed());
    return out;
  }
}
