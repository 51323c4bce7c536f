package org.lensdl4j.lens.config;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.lensdl4j.model.base.LensException;

/** What options must have in common, beside the range of each. */
final class Checks {
  /** Language names become file names and JSON keys, so they are kept harmless. */
  private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  private Checks() {}

  static void notEmpty(String option, List<String> values) {
    if (values.isEmpty() || values.stream().anyMatch(String::isBlank)) {
      throw Option.wrong(option, values, "at least one name");
    }
  }

  static void languages(List<String> languages, String central) {
    if (languages.size() < 2) {
      throw Option.wrong(
          "languages", languages, "at least two languages, the central one among them");
    }
    Set<String> seen = new HashSet<>();
    for (String language : languages) {
      if (!LANGUAGE.matcher(language).matches()) {
        throw Option.wrong("languages", "'" + language + "'", "names such as en or pt_BR");
      }
      if (!seen.add(language)) {
        throw Option.wrong("languages", "'" + language + "' twice", "each language once");
      }
    }
    if (!seen.contains(central)) {
      throw Option.wrong("central", "'" + central + "'", "one of the languages " + languages);
    }
  }

  static void rank(int rank, List<String> languages) {
    if (rank > languages.size() - 1) {
      throw Option.wrong(
          "rank",
          rank,
          String.format(
              Locale.ROOT,
              "1 to %d for %d languages, or 0 for the largest",
              languages.size() - 1,
              languages.size()));
    }
  }

  static void anyTerm(double align, double separate, double retain) {
    if (align == 0 && separate == 0 && retain == 0) {
      throw new LensException(
          "options align, separate, retain: found 0 for all three, expected at least one above 0");
    }
  }

  static void lossLayers(int lossLayers, int topLayers) {
    if (lossLayers > topLayers) {
      throw Option.wrong(
          "lossLayers",
          lossLayers,
          String.format(Locale.ROOT, "1 to %d, the layers trained", topLayers));
    }
  }

  static void contrast(double contrast, int batchSize) {
    if (contrast > 0 && batchSize < 2) {
      throw Option.wrong(
          "batchSize", batchSize, "at least 2 with contrast: its negatives are other prompts");
    }
  }

  /** What has no meaning together. */
  static void requests(LensConfig config) {
    if (!config.target().isOn()) {
      if (config.fence() > 0) {
        throw Option.wrong("fence", config.fence(), "0 without a target: it is for requests");
      }
      return;
    }
    if (config.separate() == 0) {
      throw Option.wrong("separate", 0, "a weight above 0 with a target: it is the target's");
    }
    if (config.contrast() > 0 || config.retainTargets() > 0) {
      throw Option.wrong(
          config.contrast() > 0 ? "contrast" : "retainTargets",
          "a weight with a target",
          "0: requests are not parallel texts");
    }
    if (config.coordinates() != LossCoordinates.RAW || config.compat().isOn()) {
      throw Option.wrong(
          config.compat().isOn() ? "compat" : "coordinates",
          "another than the default with a target",
          "states as they are");
    }
    if (config.lossLayers() > 1 && config.fence() == 0) {
      throw Option.wrong("lossLayers", config.lossLayers(), "1 with a target that has no fence");
    }
  }

  static void lambdas(Map<String, Double> lambdas, List<String> languages, String central) {
    lambdas.forEach(
        (language, value) -> {
          if (!languages.contains(language) || language.equals(central)) {
            throw Option.wrong(
                "lambdas", "'" + language + "'", "target languages among " + languages);
          }
        });
  }
}
