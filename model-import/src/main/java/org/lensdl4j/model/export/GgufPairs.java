package org.lensdl4j.model.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Positions;
import org.lensdl4j.model.config.Rotary;
import org.lensdl4j.model.config.Scales;
import org.lensdl4j.model.text.ChatTemplate;
import org.lensdl4j.model.text.TokenizerPairs;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.GgufFileWriter;
import org.lensdl4j.model.weights.JsonFiles;
import org.lensdl4j.model.weights.ModelFolder;
import org.lensdl4j.model.weights.TensorSource;
import org.nd4j.linalg.factory.Nd4j;

/** The key/value pairs of a GGUF file for a model that comes from a Hugging Face directory. */
final class GgufPairs {
  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          "llama", "llama",
          "mistral", "llama",
          "qwen2", "qwen2",
          "qwen3", "qwen3",
          "phi3", "phi3",
          "gemma2", "gemma2",
          "gemma3_text", "gemma3",
          "gpt2", "gpt2");

  private final GgufFileWriter out;
  private final ModelConfig config;
  private final String prefix;

  private GgufPairs(GgufFileWriter out, ModelConfig config) {
    this.out = out;
    this.config = config;
    this.prefix = architecture(config) + ".";
  }

  /** llama.cpp's name of an architecture. */
  static String architecture(ModelConfig config) {
    String name = ARCHITECTURES.get(config.modelType());
    if (name == null) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "there is no GGUF form of model_type '%s'; there is one of %s",
              config.modelType(),
              String.join(", ", ARCHITECTURES.keySet().stream().sorted().toList())));
    }
    return name;
  }

  static void write(TransformerModel model, GgufFileWriter out) {
    GgufPairs pairs = new GgufPairs(out, model.config());
    out.put("general.architecture", architecture(model.config()));
    out.put("general.name", model.source().toAbsolutePath().getFileName().toString());
    pairs.sizes();
    pairs.rotary();
    pairs.scales();
    pairs.tokenizer(model);
  }

  private void put(String key, int value) {
    out.put(prefix + key, value);
  }

  private void put(String key, double value) {
    out.put(prefix + key, (float) value);
  }

  private void sizes() {
    ModelConfig c = config;
    put("block_count", c.layers());
    put("context_length", c.maxPositions());
    put("embedding_length", c.hiddenSize());
    put("feed_forward_length", c.intermediateSize());
    put("vocab_size", c.vocabSize());
    put("attention.head_count", c.heads());
    put("attention.head_count_kv", c.keyValueHeads());
    boolean centred = c.structure().norm().centred();
    put(
        centred ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon",
        c.normEpsilon());
    if (c.headDim() * c.heads() != c.hiddenSize()) {
      put("attention.key_length", c.headDim());
      put("attention.value_length", c.headDim());
    }
    if (c.slidingWindow() > 0) {
      put("attention.sliding_window", c.slidingWindow());
      if (c.mixesWindows()) {
        put("attention.sliding_window_pattern", everyLayerWithoutWindow());
      }
    }
  }

  /** n, where each n-th layer sees all tokens: the only pattern that GGUF has. */
  private int everyLayerWithoutWindow() {
    for (int n = 2; n <= config.layers(); n++) {
      boolean fits = true;
      for (int layer = 0; layer < config.layers(); layer++) {
        fits &= config.windowed(layer) == ((layer + 1) % n != 0);
      }
      if (fits) {
        return n;
      }
    }
    throw new ModelFormatException(
        "GGUF has no form for layers with and without a window in this order: "
            + config.structure().windowed());
  }

  private void rotary() {
    Rotary r = config.rotary();
    if (config.structure().positions() != Positions.ROTARY) {
      return;
    }
    put("rope.freq_base", r.theta());
    put("rope.dimension_count", config.rotaryDim());
    if (config.structure().localRotary() != null) {
      put("rope.freq_base_swa", config.structure().localRotary().theta());
    }
    Rotary.Scaling scaling = r.scaling();
    if (scaling == Rotary.Scaling.LINEAR) {
      out.put(prefix + "rope.scaling.type", "linear");
      put("rope.scaling.factor", r.factor());
    } else if (scaling == Rotary.Scaling.LLAMA3) {
      put("rope.scaling.original_context_length", r.originalMaxPositions());
      factors("rope_freqs.weight", divisors(r));
    } else if (scaling == Rotary.Scaling.LONGROPE) {
      put("rope.scaling.original_context_length", r.originalMaxPositions());
      put("rope.scaling.attn_factor", r.amplitude());
      factors("rope_factors_short.weight", r.shortDivisors());
      factors("rope_factors_long.weight", r.longDivisors());
    } else if (scaling == Rotary.Scaling.YARN) {
      throw new ModelFormatException("rotary scaling 'yarn' is not written to GGUF files");
    }
  }

  private List<Double> divisors(Rotary r) {
    double[] plain = Rotary.plain(r.theta()).inverseFrequencies(config.rotaryDim());
    double[] scaled = r.inverseFrequencies(config.rotaryDim());
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < plain.length; i++) {
      out.add(plain[i] / scaled[i]);
    }
    return out;
  }

  private void factors(String name, List<Double> divisors) {
    float[] values = new float[divisors.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = divisors.get(i).floatValue();
    }
    out.tensor(
        name,
        DType.F32,
        new long[] {values.length},
        TensorSource.of(() -> Nd4j.createFromArray(values), DType.F32));
  }

  private void scales() {
    Scales s = config.structure().scales();
    if (s.attentionCap() > 0) {
      put("attn_logit_softcapping", s.attentionCap());
    }
    if (s.logitsCap() > 0) {
      put("final_logit_softcapping", s.logitsCap());
    }
  }

  private void tokenizer(TransformerModel model) {
    Path folder = model.source();
    Path file =
        ModelFolder.find(folder, "tokenizer.json")
            .orElseThrow(() -> new ModelFormatException(folder + " holds no tokenizer.json"));
    JsonNode settings =
        ModelFolder.find(folder, "tokenizer_config.json")
            .map(JsonFiles::read)
            .orElse(JsonNodeFactory.instance.objectNode());
    TokenizerPairs.write(
        JsonFiles.read(file),
        settings,
        model.tokenizer().specialTokens(),
        model.chatTemplate().map(ChatTemplate::source).orElse(null),
        config.vocabSize(),
        file.toString(),
        out);
  }
}
