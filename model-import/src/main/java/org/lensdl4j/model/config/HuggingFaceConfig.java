package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.lensdl4j.model.format.JsonFiles;
import org.lensdl4j.model.format.ModelFolder;
import org.lensdl4j.model.weights.ModelFormatException;

/** {@code config.json} and {@code generation_config.json} as a {@link ModelConfig}. */
final class HuggingFaceConfig {
  private HuggingFaceConfig() {}

  static ModelConfig read(Path directory) {
    Path file =
        ModelFolder.find(directory, "config.json")
            .orElseThrow(() -> new ModelFormatException(directory + " has no config.json"));
    JsonNode generation =
        ModelFolder.find(directory, "generation_config.json").map(JsonFiles::read).orElse(null);
    return read(file.toString(), JsonFiles.read(file), generation);
  }

  static ModelConfig read(String source, JsonNode root, JsonNode generation) {
    ConfigReader in = new ConfigReader(source, root);
    Family family = family(in);

    int hidden = in.integer("hidden_size", 1, Limits.WIDTH);
    int heads = in.integer("num_attention_heads", 1, Limits.HEADS);
    int absent = in.has("num_key_value_heads") ? 0 : family.keyValueHeads();
    int keyValueHeads =
        in.integer("num_key_value_heads", absent == 0 ? heads : absent, 1, Limits.HEADS);
    String activation = in.text("hidden_act", "silu");
    if (!activation.equals("silu")) {
      throw new ModelFormatException(
          source + ": hidden_act is '" + activation + "'; supported: silu");
    }
    boolean attentionBias = family.attentionBias() && in.bool("attention_bias", false);
    int window = 0;
    if (family.slidingWindow()) {
      int otherwise = in.has("sliding_window") ? 0 : family.defaultWindow();
      window = in.integer("sliding_window", otherwise, 1, RotaryReader.MAX_POSITIONS);
    }
    ModelConfig config =
        new ModelConfig(
            family.modelType(),
            hidden,
            in.integer("num_hidden_layers", 1, Limits.LAYERS),
            heads,
            keyValueHeads,
            in.integer("head_dim", hidden / heads, 1, Limits.WIDTH),
            in.integer("intermediate_size", 1, Limits.WIDTH),
            in.integer("vocab_size", 1, Limits.VOCABULARY),
            in.integer(
                "max_position_embeddings", family.maxPositions(), 1, RotaryReader.MAX_POSITIONS),
            in.number("rms_norm_eps", 1e-6, 0, 1),
            RotaryReader.read(in),
            window,
            attentionBias,
            attentionBias,
            family.mlpBias() && in.bool("mlp_bias", false),
            in.bool("tie_word_embeddings", false),
            in.has("bos_token_id") ? token(in) : 1,
            ends(in, generation));
    UnknownKeys.check(in, root);
    Limits.check(source, config, in.get("head_dim") != null);
    return config;
  }

  private static Family family(ConfigReader in) {
    String type = in.text("model_type", "");
    return Family.ALL.stream()
        .filter(f -> f.modelType().equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelFormatException(
                    in.source()
                        + " has model_type '"
                        + type
                        + "'; supported: "
                        + Family.ALL.stream()
                            .map(Family::modelType)
                            .collect(Collectors.joining(", "))));
  }

  private static int token(ConfigReader in) {
    JsonNode node = in.get("bos_token_id");
    if (node != null && node.isArray()) {
      return node.isEmpty() ? -1 : node.get(0).asInt(-1);
    }
    return in.integer("bos_token_id", -1, -1, Limits.VOCABULARY);
  }

  /** The ends of both files: generation stops at any of them. */
  private static List<Integer> ends(ConfigReader in, JsonNode generation) {
    Set<Integer> out = new LinkedHashSet<>();
    if (in.has("eos_token_id")) {
      collect(in.source(), in.get("eos_token_id"), out);
    } else {
      out.add(2);
    }
    if (generation != null && generation.hasNonNull("eos_token_id")) {
      collect("generation_config.json", generation.get("eos_token_id"), out);
    }
    return List.copyOf(out);
  }

  private static void collect(String source, JsonNode node, Set<Integer> out) {
    if (node == null) {
      return;
    }
    for (JsonNode id : node.isArray() ? node : List.of(node)) {
      if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < -1) {
        throw new ModelFormatException(source + ": eos_token_id is " + node);
      }
      if (id.intValue() >= 0) {
        out.add(id.intValue());
      }
    }
  }
}
