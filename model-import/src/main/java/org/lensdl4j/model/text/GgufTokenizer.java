package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * Builds Hugging Face's two tokenizer files from the metadata of a GGUF file.
 *
 * <p>Two kinds are supported ({@code tokenizer.ggml.model}): {@code gpt2}, byte-level BPE whose
 * splitting rule {@code tokenizer.ggml.pre} names, and {@code llama}, SentencePiece BPE whose
 * merges are recovered from the scores. Special tokens (type 3) and user-defined ones (type 4)
 * become {@code added_tokens}. What GGUF does not store is lost: the {@code lstrip} and {@code
 * rstrip} flags of added tokens.
 *
 * @param tokenizerJson tokenizer.json
 * @param config tokenizer_config.json, with the chat template
 */
public record GgufTokenizer(String tokenizerJson, String config) {
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;

  /**
   * Builds the files.
   *
   * @param metadata GGUF's key-value pairs: strings, numbers, booleans; arrays as lists or arrays
   * @param source the file's name, for error messages
   * @throws ModelFormatException if the tokenizer is missing, damaged or of another kind
   */
  public static GgufTokenizer of(Map<String, ?> metadata, String source) {
    GgufFields fields = new GgufFields(metadata, source);
    String kind = fields.string("tokenizer.ggml.model", null);
    if (kind == null) {
      throw new ModelFormatException(
          source + ": tokenizer.ggml.model is missing: the file holds no tokenizer");
    }
    ObjectNode json =
        switch (kind) {
          case "gpt2" -> ByteLevelBpe.build(fields);
          case "llama" -> SentencePieceBpe.build(fields);
          default ->
              throw new ModelFormatException(
                  source
                      + ": tokenizer.ggml.model is '"
                      + kind
                      + "'; supported are 'gpt2' (byte-level BPE) and 'llama' (SentencePiece BPE)");
        };
    return new GgufTokenizer(Json.write(json), Json.write(config(fields, bos(fields, kind))));
  }

  /** Opens the tokenizer. */
  public TextTokenizer open(String source) {
    return TextTokenizer.of(tokenizerJson, source, SpecialTokens.of(Json.parse(config, source)));
  }

  /** Whether the tokenizer's own rule puts BOS before a text. */
  static boolean bos(GgufFields fields, String kind) {
    boolean usual = kind.equals("llama") || PreTokenizer.of(fields).addsBos();
    return fields.bool("tokenizer.ggml.add_bos_token", usual)
        && fields.token("tokenizer.ggml.bos_token_id") != null;
  }

  /** Whether the tokenizer's own rule puts EOS after a text. */
  static boolean eos(GgufFields fields) {
    return fields.bool("tokenizer.ggml.add_eos_token", false)
        && fields.token("tokenizer.ggml.eos_token_id") != null;
  }

  private static ObjectNode config(GgufFields fields, boolean bos) {
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("add_bos_token", bos);
    config.put("add_eos_token", eos(fields));
    config.put("clean_up_tokenization_spaces", false);
    // Without them transformers makes token_type_ids, too, which generate() of a decoder refuses.
    config.putArray("model_input_names").add("input_ids").add("attention_mask");
    special(config, "bos_token", fields.token("tokenizer.ggml.bos_token_id"));
    special(config, "eos_token", fields.token("tokenizer.ggml.eos_token_id"));
    special(config, "unk_token", fields.token("tokenizer.ggml.unknown_token_id"));
    special(config, "pad_token", fields.token("tokenizer.ggml.padding_token_id"));
    String architecture = fields.string("general.architecture", "");
    Integer length = fields.integer(architecture + ".context_length");
    if (length != null) {
      config.put("model_max_length", length);
    }
    String template = fields.string("tokenizer.chat_template", null);
    if (template != null) {
      config.put("chat_template", template);
    }
    return config;
  }

  private static void special(ObjectNode config, String name, String token) {
    if (token != null) {
      config.put(name, token);
    }
  }

  /** The frame that both kinds share: vocabulary and added tokens. */
  static ObjectNode frame(GgufFields fields) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation");
    json.putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    String[] tokens = fields.tokens();
    int[] types = fields.types();
    for (int id = 0; id < tokens.length; id++) {
      if (types[id] >= UNKNOWN && types[id] <= USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens[id])
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", types[id] != USER_DEFINED);
      }
    }
    return json;
  }

  /** The model's part with its vocabulary; merges are added by the kinds. */
  static ObjectNode bpe(GgufFields fields, String unknown, boolean byteFallback) {
    ObjectNode model = Json.MAPPER.createObjectNode();
    model.put("type", "BPE");
    model.putNull("dropout");
    model.put("unk_token", unknown);
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", byteFallback);
    model.put("byte_fallback", byteFallback);
    model.put("ignore_merges", false);
    ObjectNode vocab = model.putObject("vocab");
    String[] tokens = fields.tokens();
    for (int id = 0; id < tokens.length; id++) {
      vocab.put(tokens[id], id);
    }
    return model;
  }

  /** A post-processor that puts BOS before (and EOS after) a text. */
  static ObjectNode template(GgufFields fields, boolean bos, boolean eos) {
    ObjectNode processor = Json.MAPPER.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    ArrayNode pair = processor.putArray("pair");
    ObjectNode specials = Json.MAPPER.createObjectNode();
    for (int part = 0; part < 2; part++) {
      if (bos) {
        token(fields, "tokenizer.ggml.bos_token_id", part, single, pair, specials);
      }
      ObjectNode sequence = Json.MAPPER.createObjectNode();
      sequence.putObject("Sequence").put("id", part == 0 ? "A" : "B").put("type_id", part);
      pair.add(sequence);
      if (part == 0) {
        single.add(sequence);
      }
      if (eos) {
        token(fields, "tokenizer.ggml.eos_token_id", part, single, pair, specials);
      }
    }
    processor.set("special_tokens", specials);
    return processor;
  }

  private static void token(
      GgufFields fields, String key, int part, ArrayNode single, ArrayNode pair, ObjectNode all) {
    String token = fields.token(key);
    ObjectNode entry = Json.MAPPER.createObjectNode();
    entry.putObject("SpecialToken").put("id", token).put("type_id", part);
    pair.add(entry);
    if (part == 0) {
      single.add(entry);
    }
    ObjectNode definition = all.putObject(token).put("id", token);
    definition.putArray("ids").add(fields.tokenId(key));
    definition.putArray("tokens").add(token);
  }
}
