package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.ForeignFiles;
import org.lensdl4j.model.weights.JsonFiles;
import org.lensdl4j.model.weights.ModelFolder;

/** {@code config.json} and {@code generation_config.json} as a {@link ModelConfig}. */
final class HuggingFaceConfig {
  private HuggingFaceConfig() {}

  static ModelConfig read(Path directory) {
    Path file =
        ModelFolder.find(directory, "config.json")
            .orElseThrow(
                () ->
                    new ModelFormatException(
                        directory + " has no config.json" + ForeignFiles.folderHint(directory)));
    JsonNode generation =
        ModelFolder.find(directory, "generation_config.json").map(JsonFiles::read).orElse(null);
    return read(file.toString(), JsonFiles.read(file), generation);
  }

  static ModelConfig read(String source, JsonNode root, JsonNode generation) {
    Family family = family(source, root);
    ConfigReader in = new ConfigReader(source, root, family.aliases());
    ConfigDraft d = family.draft();
    d.hidden = in.integer("hidden_size", 1, Limits.WIDTH);
    d.layers = in.integer("num_hidden_layers", 1, Limits.LAYERS);
    d.heads = in.integer("num_attention_heads", 1, Limits.HEADS);
    int keyValueHeads = in.has("num_key_value_heads") ? 0 : d.keyValueHeads;
    d.keyValueHeads = in.integer("num_key_value_heads", keyValueHeads, 1, Limits.HEADS);
    d.headDim = in.integer("head_dim", in.has("head_dim") ? 0 : d.headDim, 1, Limits.WIDTH);
    d.intermediate =
        in.integer("intermediate_size", d.intermediateFactor * d.hidden, 1, Limits.WIDTH);
    if (d.intermediate == 0) {
      throw new ModelFormatException(source + " has no intermediate_size");
    }
    d.vocabulary = in.integer("vocab_size", 1, Limits.VOCABULARY);
    d.maxPositions =
        in.integer("max_position_embeddings", d.maxPositions, 1, RotaryReader.MAX_POSITIONS);
    d.epsilon = in.number("rms_norm_eps", d.epsilon, 0, 1);
    d.activation = activation(in, d.activation);
    d.tied = in.bool("tie_word_embeddings", d.tied);
    d.bos = in.has("bos_token_id") ? token(in) : d.bos;
    d.eos = ends(in, generation, d.eos);
    if (d.positions == Positions.ROTARY) {
      RotaryReader.read(in, d);
    }
    family.details().accept(in, d);
    ModelConfig config = d.config();
    UnknownKeys.check(in, root);
    Limits.check(source, config, in.get("head_dim") != null);
    return config;
  }

  private static Activation activation(ConfigReader in, Activation absent) {
    String key = in.get("hidden_activation") != null ? "hidden_activation" : "hidden_act";
    if (in.get(key) == null) {
      return absent;
    }
    String name = in.text(key, "");
    return Activation.of(name)
        .orElseThrow(
            () ->
                new ModelFormatException(
                    in.source()
                        + ": "
                        + key
                        + " is '"
                        + name
                        + "'; supported: silu, gelu, gelu_pytorch_tanh, gelu_new"));
  }

  private static Family family(String source, JsonNode root) {
    String type = new ConfigReader(source, root).text("model_type", "");
    return Families.ALL.stream()
        .filter(f -> f.modelType().equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelFormatException(
                    source
                        + " has model_type '"
                        + type
                        + "'; supported: "
                        + Families.ALL.stream()
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
  private static List<Integer> ends(ConfigReader in, JsonNode generation, List<Integer> absent) {
    Set<Integer> out = new LinkedHashSet<>();
    if (in.has("eos_token_id")) {
      collect(in.source(), in.get("eos_token_id"), out);
    } else {
      out.addAll(absent);
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
