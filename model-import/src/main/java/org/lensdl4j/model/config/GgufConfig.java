package org.lensdl4j.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.GgufFile;
import org.lensdl4j.model.weights.GgufMetadata;

/** The metadata of a GGUF file as a {@link ModelConfig}. */
final class GgufConfig {
  private static final String ROPE_FACTORS = "rope_freqs.weight";
  private static final String LONG_FACTORS = "rope_factors_long.weight";
  private static final String SHORT_FACTORS = "rope_factors_short.weight";

  /** Hugging Face's model type by {@code general.architecture}. */
  private static final Map<String, String> FAMILIES =
      new TreeMap<>(
          Map.of(
              "llama", "llama",
              "qwen2", "qwen2",
              "qwen3", "qwen3",
              "phi3", "phi3",
              "gemma2", "gemma2",
              "gemma3", "gemma3_text",
              "gpt2", "gpt2"));

  /** Layers of Gemma 2 27B and Gemma 3 27B, whose scores have another scale than their heads. */
  private static final Map<String, Integer> WIDE_GEMMA = Map.of("gemma2", 46, "gemma3", 62);

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final String architecture;
  private final String prefix;

  private GgufConfig(GgufFile file, String architecture) {
    this.file = file;
    this.metadata = file.metadata();
    this.architecture = architecture;
    this.prefix = architecture + ".";
  }

  static ModelConfig read(GgufFile file) {
    String architecture = file.metadata().string("general.architecture").orElse("");
    if (!FAMILIES.containsKey(architecture)) {
      throw new ModelFormatException(
          file.path()
              + " has general.architecture '"
              + architecture
              + "'; supported in GGUF files: "
              + String.join(", ", FAMILIES.keySet()));
    }
    return new GgufConfig(file, architecture).config();
  }

  private ModelConfig config() {
    ConfigDraft d = Families.of(FAMILIES.get(architecture)).draft();
    d.hidden = required("embedding_length", Limits.WIDTH);
    d.layers = required("block_count", Limits.LAYERS);
    d.heads = required("attention.head_count", Limits.HEADS);
    d.keyValueHeads = optional("attention.head_count_kv", d.heads, Limits.HEADS);
    d.headDim = optional("attention.key_length", d.hidden / d.heads, Limits.WIDTH);
    d.intermediate = required("feed_forward_length", Limits.WIDTH);
    d.maxPositions = required("context_length", RotaryReader.MAX_POSITIONS);
    d.epsilon = number(epsilonKey(d), Double.NaN, 0, 1);
    refuseUnsupported(d);
    List<Long> embedding =
        Optional.ofNullable(file.tensors().get("token_embd.weight"))
            .orElseThrow(() -> new ModelFormatException(file.path() + " has no token_embd.weight"))
            .shape();
    d.vocabulary = (int) Math.min(embedding.get(0), Limits.VOCABULARY);
    d.attentionBias = has("blk.0.attn_q.bias") || has("blk.0.attn_qkv.bias");
    d.outputBias = has("blk.0.attn_output.bias");
    d.mlpBias = has("blk.0.ffn_up.bias");
    d.tied = !has("output.weight");
    d.bos = token("bos", d.vocabulary);
    d.eos =
        Stream.of("eos", "eot", "eom")
            .map(which -> token(which, d.vocabulary))
            .filter(id -> id >= 0)
            .distinct()
            .toList();
    d.window =
        metadata.integer(prefix + "attention.sliding_window").orElse(0L) == 0
            ? 0
            : optional("attention.sliding_window", 0, RotaryReader.MAX_POSITIONS);
    rotary(d);
    if (architecture.startsWith("gemma")) {
      gemma(d);
    }
    ModelConfig config = d.config();
    Limits.check(file.path().toString(), config, metadata.has(prefix + "attention.key_length"));
    return config;
  }

  private static String epsilonKey(ConfigDraft d) {
    return d.norm.centred() ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon";
  }

  private void refuseUnsupported(ConfigDraft d) {
    int turned = optional("rope.dimension_count", d.headDim, Limits.WIDTH);
    if (turned != d.headDim && !architecture.equals("phi3")) {
      throw unsupported("rope.dimension_count", "rotary embedding of a part of each head");
    }
    d.rotaryFraction = (double) turned / d.headDim;
    if (optional("attention.value_length", d.headDim, Limits.WIDTH) != d.headDim) {
      throw unsupported("attention.value_length", "values of another size than keys");
    }
    if (metadata.integer(prefix + "expert_count").orElse(0L) > 0) {
      throw unsupported("expert_count", "mixtures of experts");
    }
  }

  /** What llama.cpp has in its code and not in the file. */
  private void gemma(ConfigDraft d) {
    boolean third = architecture.equals("gemma3");
    int every = optional("attention.sliding_window_pattern", third ? 6 : 2, Limits.LAYERS);
    List<Boolean> windowed = new ArrayList<>();
    for (int i = 0; i < d.layers; i++) {
      windowed.add((i + 1) % every != 0);
    }
    d.windowed = windowed;
    if (third) {
      double local = d.localRotary.theta();
      d.localRotary = Rotary.plain(number("rope.freq_base_swa", local, 1, RotaryReader.MAX_THETA));
    }
    d.embeddingScale = (float) Math.sqrt(d.hidden);
    boolean wide = d.layers == WIDE_GEMMA.get(architecture);
    d.attentionScale = 1 / Math.sqrt(wide ? (double) d.hidden / d.heads : d.headDim);
    d.attentionCap = cap("attn_logit_softcapping", d.attentionCap);
    d.logitsCap = cap("final_logit_softcapping", d.logitsCap);
  }

  private double cap(String key, double absent) {
    return metadata.has(prefix + key) ? number(key, absent, 0, 1e12) : absent;
  }

  private boolean has(String tensor) {
    return file.tensors().containsKey(tensor);
  }

  private void rotary(ConfigDraft d) {
    double theta = number("rope.freq_base", d.rotary.theta(), 1, RotaryReader.MAX_THETA);
    String scaling = metadata.string(prefix + "rope.scaling.type").orElse("none");
    double factor = number("rope.scaling.factor", 1, 1e-3, RotaryReader.MAX_FACTOR);
    if (has(ROPE_FACTORS)) {
      d.rotary =
          RopeFactors.recognise(
              file.path().toString(), theta, file.readFloats(ROPE_FACTORS), d.headDim, original());
    } else if (has(LONG_FACTORS)) {
      d.rotary = longrope(d, theta);
    } else if (scaling.equals("linear") && factor != 1) {
      d.rotary = new Rotary(theta, Rotary.Scaling.LINEAR, factor, 1, 1, 0);
    } else if (scaling.equals("none") || scaling.equals("linear")) {
      d.rotary = Rotary.plain(theta);
    } else {
      throw unsupported("rope.scaling.type", "rotary scaling '" + scaling + "'");
    }
  }

  private int original() {
    return optional("rope.scaling.original_context_length", 8192, RotaryReader.MAX_POSITIONS);
  }

  private Rotary longrope(ConfigDraft d, double theta) {
    int original = required("rope.scaling.original_context_length", RotaryReader.MAX_POSITIONS);
    double factor = (double) d.maxPositions / original;
    double amplitude = RotaryReader.amplitude(factor, original);
    return Rotary.longrope(
        theta,
        factor,
        original,
        divisors(SHORT_FACTORS),
        divisors(LONG_FACTORS),
        number("rope.scaling.attn_factor", amplitude, 1e-3, RotaryReader.MAX_FACTOR));
  }

  private List<Double> divisors(String tensor) {
    if (!has(tensor)) {
      throw new ModelFormatException(file.path() + " has no " + tensor);
    }
    List<Double> out = new ArrayList<>();
    for (float value : file.readFloats(tensor)) {
      out.add((double) value);
    }
    return out;
  }

  private int token(String which, int vocabulary) {
    long id = metadata.integer("tokenizer.ggml." + which + "_token_id").orElse(-1L);
    // llama.cpp writes 0xffffffff for "none", and does without an id beyond the vocabulary.
    return id < 0 || id >= vocabulary ? -1 : (int) id;
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
          String.format(
              Locale.ROOT,
              "%s: %s is %d; expected 1 to %d",
              file.path(),
              prefix + key,
              value,
              most));
    }
    return (int) value;
  }

  private double number(String key, double absent, double least, double most) {
    double value = metadata.number(prefix + key).orElse(absent);
    if (!(value >= least && value <= most)) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: %s is %s; expected a number from %s to %s",
              file.path(),
              prefix + key,
              Double.isNaN(value) ? "missing" : value,
              least,
              most));
    }
    return value;
  }

  private ModelFormatException unsupported(String key, String what) {
    return new ModelFormatException(
        file.path() + ": " + prefix + key + " asks for " + what + ", which is not supported");
  }
}
