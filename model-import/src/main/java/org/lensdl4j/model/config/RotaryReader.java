package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.lensdl4j.model.weights.ModelFormatException;

/** Reads {@code rope_theta} and {@code rope_scaling}, or the newer {@code rope_parameters}. */
final class RotaryReader {
  static final double MAX_THETA = 1e15;
  static final double MAX_FACTOR = 1e6;
  static final int MAX_POSITIONS = 1 << 28;

  private static final double DEFAULT_THETA = 10_000;
  private static final Set<String> LINEAR = Set.of("factor");
  private static final Set<String> LLAMA3 =
      Set.of("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings");

  private RotaryReader() {}

  static Rotary read(ConfigReader config) {
    double theta = config.number("rope_theta", DEFAULT_THETA, 1, MAX_THETA);
    JsonNode scaling = object(config, "rope_scaling");
    JsonNode parameters = object(config, "rope_parameters");
    if (parameters == null) {
      return scaling == null
          ? Rotary.plain(theta)
          : scaled(new ConfigReader(config.source() + ": rope_scaling", scaling), theta);
    }
    ConfigReader in = new ConfigReader(config.source() + ": rope_parameters", parameters);
    return scaled(in, in.number("rope_theta", theta, 1, MAX_THETA));
  }

  private static Rotary scaled(ConfigReader in, double theta) {
    // Old files write "type", newer ones "rope_type", some both; "rope_type" counts.
    String old = in.text("type", "default");
    String type = in.text("rope_type", old);
    Rotary out =
        switch (type) {
          case "default" -> Rotary.plain(theta);
          case "linear" ->
              new Rotary(theta, Rotary.Scaling.LINEAR, required(in, "factor"), 1, 1, 0);
          case "llama3" -> {
            double low = required(in, "low_freq_factor");
            double high = required(in, "high_freq_factor");
            if (high <= low) {
              throw new ModelFormatException(
                  in.source() + ": high_freq_factor " + high + " is not above " + low);
            }
            yield new Rotary(
                theta,
                Rotary.Scaling.LLAMA3,
                required(in, "factor"),
                low,
                high,
                in.integer("original_max_position_embeddings", 1, MAX_POSITIONS));
          }
          default ->
              throw new ModelFormatException(
                  in.source()
                      + " has type '"
                      + type
                      + "', which is not supported; supported: default, linear, llama3");
        };
    for (String key : in.unused()) {
      if (!(type.equals("default") || (type.equals("linear") ? LINEAR : LLAMA3).contains(key))
          && in.get(key) != null
          && !(key.equals("partial_rotary_factor") && in.number(key, 1, 0, 1) == 1)
          && !key.equals("original_max_position_embeddings")) {
        throw new ModelFormatException(
            in.source() + ": " + key + " has no meaning with type " + type);
      }
    }
    return out;
  }

  private static double required(ConfigReader in, String key) {
    if (in.get(key) == null) {
      throw new ModelFormatException(in.source() + " does not say " + key);
    }
    return in.number(key, 1, 1e-3, MAX_FACTOR);
  }

  private static JsonNode object(ConfigReader config, String key) {
    JsonNode node = config.get(key);
    if (node != null && !node.isObject()) {
      throw new ModelFormatException(
          config.source() + ": " + key + " is " + node + "; expected an object");
    }
    return node;
  }
}
