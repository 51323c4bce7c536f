package org.lensdl4j.examples.inspect;

import java.util.Locale;
import java.util.stream.Collectors;
import org.lensdl4j.examples.report.TextTable;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.Provenance;

/** What is in a language space. */
public final class SpaceSummary {
  private SpaceSummary() {}

  /** The summary, several lines. */
  public static String of(LanguageSpace space) {
    Provenance from = space.provenance();
    String counts =
        space.languages().stream()
            .map(l -> l + " " + space.count(l))
            .collect(Collectors.joining(", "));
    int last = space.layers();
    String head =
        new Facts()
            .add("kind", "language space")
            .add(
                "languages",
                "%s (central %s)",
                String.join(" ", space.languages()),
                space.central())
            .add("texts", counts)
            .add("layers", "%d of size %d", last, space.hiddenSize())
            .add("rank", "%d specific, %d agnostic", space.rank(), space.agnosticRank())
            .add("coordinates", space.coordinates().name().toLowerCase(Locale.ROOT))
            .add("position", from.position())
            .add("model", "%s, hash %s", named(from.model()), Facts.brief(from.modelHash()))
            .add("prompt", Facts.brief(from.prompt()))
            .add("texts hash", Facts.brief(from.corpus()))
            .add("options hash", Facts.brief(from.config()))
            .add("made by", from.code())
            .toString();
    return head + "\nLast layer, distance of each language from the central one:\n" + table(space);
  }

  private static String named(String model) {
    return model.isEmpty() ? "unnamed" : model;
  }

  private static TextTable table(LanguageSpace space) {
    int last = space.layers();
    TextTable table = new TextTable("language", "|mean|", "|direction|", "part of |mean|");
    for (String language : space.languages()) {
      double mean = norm(space.mean(last, language));
      double direction = norm(space.direction(last, language));
      table.row(language, number(mean), number(direction), number(direction / mean));
    }
    return table;
  }

  private static double norm(double[] v) {
    double sum = 0;
    for (double x : v) {
      sum += x * x;
    }
    return Math.sqrt(sum);
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, "%.4g", x);
  }
}
