package org.lensdl4j.lens.space.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A health report as text. */
final class HealthText {
  private static final String NEW_LINE = System.lineSeparator();

  private HealthText() {}

  static String of(SpaceHealth health) {
    StringBuilder out = new StringBuilder();
    line(
        out,
        "Health of the specific subspace: %d languages, %d %s of each, rank %d, %s coordinates, %d draws",
        health.languages().size(),
        health.texts(),
        health.parallel() ? "parallel texts" : "texts (not parallel)",
        health.rank(),
        health.coordinates(),
        health.draws());
    line(out, "");
    boolean compared = health.layers().stream().anyMatch(l -> l.other() != null);
    line(
        out,
        "layer  largest angle, degrees  halves agree  rank%s",
        compared ? "  other texts agree (split by chance)" : "");
    for (LayerHealth layer : health.layers()) {
      Spread angle = layer.largestAngle();
      line(
          out,
          "%5d  %6.1f (%4.1f to %4.1f)          %5.2f  %4d%s%s",
          layer.layer(),
          angle.median(),
          angle.low(),
          angle.high(),
          layer.splitHalf().median(),
          layer.suggestedRank(),
          layer.other() == null ? (compared ? " ".repeat(31) : "") : other(layer.other()),
          layer.trusted() ? "" : "  !");
    }
    line(out, "");
    line(
        out,
        "largest angle: to the subspace of as many texts drawn again; median and 95 %% interval");
    line(out, "halves agree:  overlap of the subspaces of two halves of the texts; 1 is the same");
    line(out, "rank:          directions beyond those of texts with their languages shuffled");
    if (compared) {
      line(
          out,
          "other texts:   overlap with those of the texts compared with; (2.5 %% of splits within one kind lie lower)");
    }
    line(out, "");
    words(out, health, compared);
    return out.toString();
  }

  private static String other(LayerHealth.OtherTexts other) {
    double least = Math.min(other.within().low(), other.withinOther().low());
    return String.format(Locale.ROOT, "  %17.2f (%.2f)     ", other.between().median(), least);
  }

  private static void words(StringBuilder out, SpaceHealth health, boolean compared) {
    Map<String, List<Integer>> byWarning = new LinkedHashMap<>();
    int trusted = 0;
    for (LayerHealth layer : health.layers()) {
      trusted += layer.trusted() ? 1 : 0;
      layer
          .warnings()
          .forEach(w -> byWarning.computeIfAbsent(w, k -> new ArrayList<>()).add(layer.layer()));
    }
    if (trusted == health.layers().size()) {
      line(out, "Nothing was found against the space at any of %d layers.", trusted);
    } else {
      line(
          out,
          "Do not trust the space at %d of %d layers:",
          health.layers().size() - trusted,
          health.layers().size());
      byWarning.forEach(
          (warning, layers) ->
              line(
                  out,
                  "- layer%s %s: %s.",
                  layers.size() == 1 ? "" : "s",
                  ranges(layers),
                  warning));
    }
    if (!health.parallel() && !compared) {
      line(
          out,
          "The texts are not parallel and were compared with no others: whether languages or the topics of their texts differ was not looked into.");
    }
  }

  /** 1-3, 7. */
  static String ranges(List<Integer> layers) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < layers.size(); i++) {
      int first = layers.get(i);
      int last = first;
      while (i + 1 < layers.size() && layers.get(i + 1) == last + 1) {
        last = layers.get(++i);
      }
      out.append(out.length() == 0 ? "" : ", ")
          .append(first)
          .append(last == first ? "" : "-" + last);
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append(NEW_LINE);
  }
}
