package org.lensdl4j.model.config;

import java.util.List;
import java.util.Optional;
import org.lensdl4j.model.format.GgufFile;
import org.lensdl4j.model.format.GgufMetadata;
import org.lensdl4j.model.weights.ModelFormatException;

/** The metadata of a GGUF file of architecture {@code llama} as a {@link ModelConfig}. */
final class GgufConfig {
  private static final String ROPE_FACTORS = "rope_freqs.weight";

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final String prefix;

  private GgufConfig(GgufFile file, String architecture) {
    this.file = file;
    this.metadata = file.metadata();
    this.prefix = architecture + ".";
  }

  static ModelConfig read(GgufFile file) {
    String architecture = file.metadata().string("general.architecture").orElse("");
    if (!architecture.equals("llama")) {
      throw new ModelFormatException(
          file.path()
              + " has general.architecture '"
              + architecture
              + "'; supported in GGUF files: llama");
    }
    return new GgufConfig(file, architecture).config();
  }

  private ModelConfig config() {
    int hidden = required("embedding_length", Limits.WIDTH);
    int heads = required("attention.head_count", Limits.HEADS);
    int headDim = optional("attention.key_length", hidden / heads, Limits.WIDTH);
    if (optional("rope.dimension_count", headDim, Limits.WIDTH) != headDim) {
      throw unsupported("rope.dimension_count", "rotary embedding of a part of each head");
    }
    if (optional("attention.value_length", headDim, Limits.WIDTH) != headDim) {
      throw unsupported("attention.value_length", "values of another size than keys");
    }
    if (metadata.integer(prefix + "expert_count").orElse(0L) > 0) {
      throw unsupported("expert_count", "mixtures of experts");
    }
    List<Long> embedding =
        Optional.ofNullable(file.tensors().get("token_embd.weight"))
            .orElseThrow(() -> new ModelFormatException(file.path() + " has no token_embd.weight"))
            .shape();
    int vocabulary = (int) Math.min(embedding.get(0), Limits.VOCABULARY);
    ModelConfig config =
        new ModelConfig(
            "llama",
            hidden,
            required("block_count", Limits.LAYERS),
            heads,
            optional("attention.head_count_kv", heads, Limits.HEADS),
            headDim,
            required("feed_forward_length", Limits.WIDTH),
            vocabulary,
            required("context_length", RotaryReader.MAX_POSITIONS),
            number("attention.layer_norm_rms_epsilon", Double.NaN, 0, 1),
            rotary(headDim),
            optional("attention.sliding_window", 0, RotaryReader.MAX_POSITIONS),
            file.tensors().containsKey("blk.0.attn_q.bias"),
            file.tensors().containsKey("blk.0.attn_output.bias"),
            file.tensors().containsKey("blk.0.ffn_gate.bias"),
            !file.tensors().containsKey("output.weight"),
            token("bos"),
            token("eos") < 0 ? List.of() : List.of(token("eos")));
    Limits.check(file.path().toString(), config, metadata.has(prefix + "attention.key_length"));
    return config;
  }

  private Rotary rotary(int headDim) {
    double theta = number("rope.freq_base", 10_000, 1, RotaryReader.MAX_THETA);
    String scaling = metadata.string(prefix + "rope.scaling.type").orElse("none");
    double factor = number("rope.scaling.factor", 1, 1e-3, RotaryReader.MAX_FACTOR);
    GgufFile.Tensor factors = file.tensors().get(ROPE_FACTORS);
    if (factors != null) {
      return RopeFactors.recognise(
          file.path().toString(),
          theta,
          file.readFloats(ROPE_FACTORS),
          headDim,
          optional("rope.scaling.original_context_length", 8192, RotaryReader.MAX_POSITIONS));
    }
    return switch (scaling) {
      case "none" -> Rotary.plain(theta);
      case "linear" ->
          factor == 1
              ? Rotary.plain(theta)
              : new Rotary(theta, Rotary.Scaling.LINEAR, factor, 1, 1, 0);
      default -> throw unsupported("rope.scaling.type", "rotary scaling '" + scaling + "'");
    };
  }

  private int token(String which) {
    long id = metadata.integer("tokenizer.ggml." + which + "_token_id").orElse(-1L);
    // llama.cpp writes 0xffffffff for "none".
    return id < 0 || id >= Limits.VOCABULARY ? -1 : (int) id;
  }

  private int required(String key, int most) {
    if (!metadata.has(prefix + key)) {
      throw new ModelFormatException(file.path() + " does not say " + prefix + key);
    }
    return optional(key, 0, most);
  }

  private int optional(String key, int absent, int most) {
    if (!metadata.has(prefix + key)) {
      return absent;
    }
    long value = metadata.integer(prefix + key).orElseThrow();
    if (value < 1 || value > most) {
      throw new ModelFormatException(
          "%s: %s is %d; expected 1 to %d".formatted(file.path(), prefix + key, value, most));
    }
    return (int) value;
  }

  private double number(String key, double absent, double least, double most) {
    double value = metadata.number(prefix + key).orElse(absent);
    if (!(value >= least && value <= most)) {
      throw new ModelFormatException(
          "%s: %s is %s; expected a number from %s to %s"
              .formatted(
                  file.path(), prefix + key, Double.isNaN(value) ? "missing" : value, least, most));
    }
    return value;
  }

  private ModelFormatException unsupported(String key, String what) {
    return new ModelFormatException(
        file.path() + ": " + prefix + key + " asks for " + what + ", which is not supported");
  }
}
