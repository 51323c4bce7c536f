package org.lensdl4j.lens.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.TreeMap;
import org.lensdl4j.model.base.Sha256;

/** Hashes of the options that decide something, with sorted names and exact numbers. */
final class Fingerprint {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Fingerprint() {}

  /** Of the options that affect the space, or the space and the result. */
  static String of(LensConfig config, Option.Affects least) {
    TreeMap<String, Object> canonical = new TreeMap<>();
    for (Option option : LensOptions.TABLE.all()) {
      if (option.affects().compareTo(least) <= 0 && counts(option.name(), config)) {
        canonical.put(option.name(), exact(option.json(effective(option.name(), config))));
      }
    }
    try {
      return Sha256.hex(JSON.writeValueAsString(canonical));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is off influences nothing; so a later version's options leave earlier hashes alone. */
  private static boolean counts(String name, LensConfig config) {
    return switch (name) {
      case "target", "answerMaxTokens" -> config.target().isOn();
      case "align", "alignPivot" -> !config.target().isOn();
      case "probeRaw" -> config.probeRaw();
      case "fence" -> config.fence() > 0;
      case "contrast", "contrastTemperature" -> config.contrast() > 0;
      case "retainTargets" -> config.retainTargets() > 0;
      case "agnosticRank" -> config.agnosticRank() > 1;
      case "lossLayers" -> config.lossLayers() > 1;
      case "coordinates" -> config.coordinates() != LossCoordinates.RAW;
      default -> !name.startsWith("lora") || config.usesLora();
    };
  }

  /** Two ways to write the same setting must hash alike: a default rank, a scale of 1. */
  private static Object effective(String name, LensConfig config) {
    return switch (name) {
      case "rank" -> config.resolvedRank();
      case "loraAlpha" -> config.resolvedLoraAlpha();
      case "lambdas" -> {
        TreeMap<String, Object> all = new TreeMap<>();
        config.targets().forEach(l -> all.put(l, exact(config.lambda(l))));
        yield all;
      }
      default -> config.values().get(name);
    };
  }

  /** Doubles are hashed by their exact value, which does not depend on how a JDK prints them. */
  private static Object exact(Object value) {
    return value instanceof Double d
        ? (d == 0 ? "0" : new BigDecimal(d).stripTrailingZeros().toString())
        : value;
  }
}
