package org.lensdl4j.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Verdict;

/** What figures of one language together say. */
enum Judgement {
  BETTER("better", "▲"),
  WORSE("worse", "▼"),
  MIXED("better at some, worse at others", "◆"),
  CHANGED("changed, neither better nor worse", "◇"),
  NONE("no difference that this many items can show", "○"),
  SAME("not one item differs", "="),
  UNKNOWN("not measured", "–");

  private static final int NAMED = 4;

  private final String words;
  private final String sign;

  Judgement(String words, String sign) {
    this.words = words;
    this.sign = sign;
  }

  /** In plain words. */
  String words() {
    return words;
  }

  /** A sign that does not depend on colour. */
  String sign() {
    return sign;
  }

  /** Its class in the style sheet. */
  String style() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Of figures that count, each against the first column. */
  static Judgement of(List<Figure> figures) {
    List<Verdict> all =
        figures.stream().filter(f -> f.change() != null).map(f -> f.change().verdict()).toList();
    if (all.isEmpty()) {
      return UNKNOWN;
    }
    boolean better = all.contains(Verdict.BETTER);
    boolean worse = all.contains(Verdict.WORSE);
    if (better || worse) {
      return better && worse ? MIXED : better ? BETTER : WORSE;
    }
    if (all.contains(Verdict.CHANGED)) {
      return CHANGED;
    }
    return all.contains(Verdict.NONE) ? NONE : SAME;
  }

  /** The same where the central language got worse. */
  Judgement atACost() {
    return this == BETTER || this == MIXED || this == CHANGED ? MIXED : WORSE;
  }

  static Judgement of(Verdict verdict) {
    return valueOf(verdict.name());
  }

  /**
   * What changed, and by how much, without what did not: "bits per byte better (up to -0.04 %)";
   * empty if nothing did.
   */
  static String headline(List<Figure> figures) {
    List<String> out = new ArrayList<>();
    for (Verdict verdict : List.of(Verdict.BETTER, Verdict.WORSE, Verdict.CHANGED)) {
      figures.stream()
          .filter(f -> f.change() != null && f.change().verdict() == verdict)
          .collect(Collectors.groupingBy(Figure::plain, LinkedHashMap::new, Collectors.toList()))
          .forEach(
              (name, own) ->
                  out.add(String.format(Locale.ROOT, "%s %s (%s)", name, verdict.id(), size(own))));
    }
    int more = out.size() - NAMED;
    return more > 1
        ? String.join(", ", out.subList(0, NAMED))
            + String.format(Locale.ROOT, " and %d more", more)
        : String.join(", ", out);
  }

  /** The largest change, in percent of before where a measure has no unit of its own. */
  private static String size(List<Figure> figures) {
    boolean relative =
        Measure.named(figures.get(0).metric().measure()).filter(Measure::isRelative).isPresent();
    double most = 0;
    for (Figure f : figures) {
      double change = f.change().difference().value();
      double size = relative ? 100 * change / (f.value().value() - change) : change;
      most = Math.abs(size) > Math.abs(most) ? size : most;
    }
    String largest = relative ? Format.percent(most) : Format.signed(most);
    return figures.size() > 1 ? "up to " + largest : largest;
  }

  /** What was found, figure by figure: "better at xcopa acc (+0.05, 95 % +0.01 to +0.09)". */
  static String evidence(List<Figure> figures) {
    List<String> out = new ArrayList<>();
    for (Verdict verdict : List.of(Verdict.BETTER, Verdict.WORSE, Verdict.CHANGED)) {
      String found =
          figures.stream()
              .filter(f -> f.change() != null && f.change().verdict() == verdict)
              .map(
                  f ->
                      String.format(
                          Locale.ROOT,
                          "%s (%s, 95 %% %s)",
                          f.plain(),
                          Format.signed(f.change().difference().value()),
                          Format.signedInterval(f.change().difference())))
              .collect(Collectors.joining("; "));
      if (!found.isEmpty()) {
        out.add(of(verdict).name().toLowerCase(java.util.Locale.ROOT) + " at " + found);
      }
    }
    return String.join("; ", out);
  }

  /** What could have been seen: "xcopa acc: 60 items show changes of 0.12 or more". */
  static String power(List<Figure> figures) {
    return figures.stream()
        .filter(f -> f.change() != null && f.change().verdict() == Verdict.NONE)
        .filter(f -> Double.isFinite(f.change().shown()))
        .map(
            f ->
                String.format(
                    Locale.ROOT,
                    "%s: %s items show changes of %s or more",
                    f.plain(),
                    Format.count(f.items()),
                    Format.number(f.change().shown())))
        .collect(Collectors.joining("; "));
  }
}
