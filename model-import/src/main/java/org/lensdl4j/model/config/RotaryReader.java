package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.model.base.ModelFormatException;

/** Reads {@code rope_theta} and {@code rope_scaling}, or the newer {@code rope_parameters}. */
final class RotaryReader {
  static final double MAX_THETA = 1e15;
  static final double MAX_FACTOR = 1e6;
  static final int MAX_POSITIONS = 1 << 28;

  private static final String GLOBAL = "full_attention";
  private static final String LOCAL = "sliding_attention";
  private static final Set<String> LONGROPE =
      Set.of("factor", "short_factor", "long_factor", "attention_factor");
  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "default", Set.of(),
          "linear", Set.of("factor"),
          "llama3", Set.of("factor", "low_freq_factor", "high_freq_factor"),
          "yarn",
              Set.of(
                  "factor",
                  "attention_factor",
                  "beta_fast",
                  "beta_slow",
                  "mscale",
                  "mscale_all_dim"),
          "longrope", LONGROPE,
          "su", LONGROPE);
  // What some files carry along although the type does not read it.
  private static final Set<String> NEUTRAL =
      Set.of("factor", "low_freq_factor", "high_freq_factor");

  private RotaryReader() {}

  /** Reads into the draft, whose own rotary embedding gives the base if the file does not. */
  static void read(ConfigReader config, ConfigDraft d) {
    double theta = config.number("rope_theta", d.rotary.theta(), 1, MAX_THETA);
    d.originalPositions =
        config.integer("original_max_position_embeddings", d.originalPositions, 1, MAX_POSITIONS);
    JsonNode scaling = object(config, "rope_scaling");
    JsonNode parameters = object(config, "rope_parameters");
    if (parameters == null) {
      d.rotary =
          scaling == null
              ? Rotary.plain(theta)
              : scaled(new ConfigReader(config.source() + ": rope_scaling", scaling), theta, d);
      return;
    }
    String source = config.source() + ": rope_parameters";
    if (!parameters.has(GLOBAL)) {
      d.rotary = parameters(source, parameters, theta, d);
      return;
    }
    if (d.localRotary == null) {
      throw new ModelFormatException(
          source + " differ by layer, which is not supported for " + d.modelType);
    }
    d.rotary = parameters(source, parameters.get(GLOBAL), theta, d);
    d.localRotary = parameters(source, parameters.path(LOCAL), d.localRotary.theta(), d);
  }

  private static Rotary parameters(String source, JsonNode node, double theta, ConfigDraft d) {
    ConfigReader in = new ConfigReader(source, node);
    if (d.turnsPartly) {
      d.writtenFraction = in.number("partial_rotary_factor", d.writtenFraction, 1e-3, 1);
    }
    return scaled(in, in.number("rope_theta", theta, 1, MAX_THETA), d);
  }

  private static Rotary scaled(ConfigReader in, double theta, ConfigDraft d) {
    // Old files write "type", newer ones "rope_type", some both; "rope_type" counts.
    String old = in.text("type", "default");
    String type = in.text("rope_type", old);
    Rotary out =
        switch (type) {
          case "default" -> Rotary.plain(theta);
          case "linear" ->
              new Rotary(theta, Rotary.Scaling.LINEAR, required(in, "factor"), 1, 1, 0);
          case "llama3" -> llama3(in, theta);
          case "yarn" -> yarn(in, theta, d);
          case "longrope", "su" -> longrope(in, theta, d);
          default ->
              throw new ModelFormatException(
                  in.source()
                      + " has type '"
                      + type
                      + "', which is not supported; supported: default, linear, llama3, yarn, longrope");
        };
    Set<String> known = KEYS.get(type);
    for (String key : in.unused()) {
      if (!known.contains(key)
          && in.get(key) != null
          && !(key.equals("partial_rotary_factor") && in.number(key, 1, 0, 1) == 1)
          && !key.equals("original_max_position_embeddings")
          && !(type.equals("default") && NEUTRAL.contains(key))) {
        throw new ModelFormatException(
            in.source() + ": " + key + " has no meaning with type " + type);
      }
    }
    return out;
  }

  /**
   * The share of each head that is turned: in {@code rope_parameters}, where transformers 5 writes
   * it, or beside them under an older name.
   */
  static double fraction(ConfigReader in, ConfigDraft d, String key, double absent) {
    double beside = in.number(key, absent, 1e-3, 1);
    return d.writtenFraction == 0 ? beside : d.writtenFraction;
  }

  private static Rotary llama3(ConfigReader in, double theta) {
    double low = required(in, "low_freq_factor");
    double high = required(in, "high_freq_factor");
    if (high <= low) {
      throw new ModelFormatException(
          in.source() + ": high_freq_factor " + high + " is not above " + low);
    }
    return new Rotary(
        theta,
        Rotary.Scaling.LLAMA3,
        required(in, "factor"),
        low,
        high,
        in.integer("original_max_position_embeddings", 1, MAX_POSITIONS));
  }

  private static Rotary longrope(ConfigReader in, double theta, ConfigDraft d) {
    int said =
        in.integer("original_max_position_embeddings", d.originalPositions, 0, MAX_POSITIONS);
    int original = said == 0 ? d.maxPositions : said;
    double factor =
        said == 0 ? in.number("factor", 1, 1e-3, MAX_FACTOR) : (double) d.maxPositions / original;
    double amplitude = amplitude(factor, original);
    return Rotary.longrope(
        theta,
        factor,
        original,
        divisors(in, "short_factor"),
        divisors(in, "long_factor"),
        in.number("attention_factor", amplitude, 1e-3, MAX_FACTOR));
  }

  private static Rotary yarn(ConfigReader in, double theta, ConfigDraft d) {
    double factor = required(in, "factor");
    double scale = in.number("mscale", 0, 0, MAX_FACTOR);
    double scaleAll = in.number("mscale_all_dim", 0, 0, MAX_FACTOR);
    double amplitude =
        scale > 0 && scaleAll > 0
            ? sharper(factor, scale) / sharper(factor, scaleAll)
            : sharper(factor, 1);
    if (!in.bool("truncate", true)) {
      in.refuse("truncate");
    }
    return Rotary.yarn(
        theta,
        factor,
        in.number("beta_slow", 1, 1e-3, MAX_FACTOR),
        in.number("beta_fast", 32, 1e-3, MAX_FACTOR),
        in.integer("original_max_position_embeddings", d.maxPositions, 1, MAX_POSITIONS),
        in.number("attention_factor", amplitude, 1e-3, MAX_FACTOR));
  }

  /** What YaRN multiplies cosines and sines by: attention over more tokens must be sharper. */
  private static double sharper(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  /** The amplitude of longrope where the file does not say one. */
  static double amplitude(double factor, int original) {
    return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(Math.max(2, original)));
  }

  private static List<Double> divisors(ConfigReader in, String key) {
    List<Double> out = in.numbers(key, 1e-3, MAX_FACTOR);
    if (out == null) {
      throw new ModelFormatException(in.source() + " does not say " + key);
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
