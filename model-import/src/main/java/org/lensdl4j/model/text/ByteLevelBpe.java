package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The {@code gpt2} kind: byte-level BPE with the merges in the file. */
final class ByteLevelBpe {
  private ByteLevelBpe() {}

  static ObjectNode build(GgufFields fields) {
    PreTokenizer pre = PreTokenizer.of(fields);
    PreTokenizer.warnIfGuessed(fields);
    ObjectNode json = GgufTokenizer.frame(fields);
    if (pre.normalises()) {
      json.putObject("normalizer").put("type", "NFC");
    } else {
      json.putNull("normalizer");
    }
    json.set("pre_tokenizer", pre.json());
    boolean bos = GgufTokenizer.bos(fields, "gpt2");
    boolean eos = GgufTokenizer.eos(fields);
    if (bos || eos) {
      json.set("post_processor", GgufTokenizer.template(fields, bos, eos));
    } else {
      json.putNull("post_processor");
    }
    json.set("decoder", SplitRules.byteLevel(true, true));
    // No unknown token: what the vocabulary cannot write (some control characters) is dropped, as
    // these models' own files have it.
    ObjectNode model = GgufTokenizer.bpe(fields, null, false);
    model.put("ignore_merges", pre.ignoresMerges());
    ArrayNode merges = model.putArray("merges");
    for (String merge : fields.strings("tokenizer.ggml.merges")) {
      if (merge.indexOf(' ') <= 0 || merge.indexOf(' ') != merge.lastIndexOf(' ')) {
        throw fields.bad("tokenizer.ggml.merges", "'" + merge + "'", "two tokens with one space");
      }
      merges.add(merge);
    }
    json.set("model", model);
    return json;
  }
}
