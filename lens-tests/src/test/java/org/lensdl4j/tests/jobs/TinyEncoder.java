package org.lensdl4j.tests.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tiny models under reference/encoders with a tokenizer. */
final class TinyEncoder {
  private TinyEncoder() {}

  static Path write(String variant, Path to) throws IOException {
    Path from = Path.of("src/test/resources/reference/encoders", variant);
    Files.createDirectories(to);
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
    Files.writeString(to.resolve("tokenizer.json"), tokenizer().toString());
    return to;
  }

  /** WordPiece of single letters, with [CLS] and [SEP] around each text. */
  static ObjectNode tokenizer() {
    ObjectNode out = new ObjectMapper().createObjectNode().put("version", "1.0");
    List<String> special = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");
    ArrayNode added = out.putArray("added_tokens");
    ObjectNode model = out.putObject("model").put("type", "WordPiece").put("unk_token", "[UNK]");
    model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    ObjectNode vocabulary = model.putObject("vocab");
    for (String token : special) {
      ObjectNode node = added.addObject().put("id", vocabulary.size()).put("content", token);
      node.put("single_word", false).put("lstrip", false).put("rstrip", false);
      node.put("normalized", false).put("special", true);
      vocabulary.put(token, vocabulary.size());
    }
    for (char c = 'a'; c <= 'z'; c++) {
      vocabulary.put(String.valueOf(c), vocabulary.size());
      vocabulary.put("##" + c, vocabulary.size());
    }
    out.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode post = out.putObject("post_processor").put("type", "BertProcessing");
    for (Map.Entry<String, Integer> e : Map.of("cls", 2, "sep", 3).entrySet()) {
      post.putArray(e.getKey())
          .add("[" + e.getKey().toUpperCase(Locale.ROOT) + "]")
          .add(e.getValue());
    }
    return out;
  }
}
