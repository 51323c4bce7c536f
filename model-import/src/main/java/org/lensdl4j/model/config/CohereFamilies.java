package org.lensdl4j.model.config;

import java.util.List;
import java.util.Map;

/**
 * Cohere's families: Aya 23 and Command R; Aya Expanse and Command R7B, whose layers that see all
 * tokens do not know positions.
 */
final class CohereFamilies {
  static final Family COHERE =
      new Family(
          "cohere",
          "CohereForCausalLM",
          Map.of("rms_norm_eps", "layer_norm_eps"),
          CohereFamilies::defaults,
          CohereFamilies::cohere);

  static final Family COHERE2 =
      new Family(
          "cohere2",
          "Cohere2ForCausalLM",
          Map.of("rms_norm_eps", "layer_norm_eps"),
          CohereFamilies::defaults2,
          CohereFamilies::cohere2);

  private CohereFamilies() {}

  private static void defaults(ConfigDraft d) {
    d.maxPositions = 8192;
    d.epsilon = 1e-5;
    d.bos = 5;
    d.eos = List.of(255_001);
    d.tied = true;
    d.norm = Norm.LAYER_WITHOUT_BIAS;
    d.parallel = true;
    d.turnsPairs = true;
    d.names = d.names.with(TensorRole.MLP_NORM, "input_layernorm");
  }

  private static void cohere(ConfigReader in, ConfigDraft d) {
    Families.attentionBias(in, d);
    d.logitsScale = in.number("logit_scale", 0.0625, 1e-9, 1e9);
    if (in.bool("use_qk_norm", false)) {
      d.headNorm = HeadNorm.TABLE;
      d.names = Families.headNorms(d.names);
    }
  }

  private static void defaults2(ConfigDraft d) {
    defaults(d);
    d.window = 4096;
  }

  private static void cohere2(ConfigReader in, ConfigDraft d) {
    Families.attentionBias(in, d);
    d.logitsScale = in.number("logit_scale", 0.0625, 1e-9, 1e9);
    if (in.bool("use_qk_norm", false)) {
      in.refuse("use_qk_norm");
    }
    String pattern =
        in.has("_sliding_window_pattern") ? "_sliding_window_pattern" : "sliding_window_pattern";
    int every = in.integer(pattern, 4, 1, Limits.LAYERS);
    Families.window(in, d);
    d.windowed = Families.windowed(in, d, layer -> (layer + 1) % every != 0);
    // It is the window that transformers asks for, not the kind of layer.
    d.still = d.windowed.stream().map(local -> d.window == 0 || !local).toList();
  }
}
