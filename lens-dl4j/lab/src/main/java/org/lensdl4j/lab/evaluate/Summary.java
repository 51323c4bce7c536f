package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Figure.Change;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.LanguageVerdict;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.lab.measure.Verdict;

/** Figures as tables, and what they mean in plain words. */
final class Summary {
  /** Figures without a difference that are each explained on a screen. */
  private static final int FEW = 6;

  private final EvaluationResult result;
  private final List<String> columns;
  private final List<Figure> figures;

  Summary(EvaluationResult result) {
    this.result = result;
    columns = result.columns();
    figures = result.figures();
  }

  /**
   * The text.
   *
   * @param all whether figures that do not count for the verdict are shown too
   */
  String text(boolean all) {
    StringBuilder out = new StringBuilder();
    Map<String, List<Figure>> tables = new LinkedHashMap<>();
    for (Figure f : figures) {
      if (f.metric().layer() == 0 && (all || f.metric().headline())) {
        tables.computeIfAbsent(f.task() + "\0" + f.metric().name(), k -> new ArrayList<>()).add(f);
      }
    }
    tables.values().forEach(t -> table(out, t));
    if (all) {
      layers(out);
    }
    directions(out);
    if (!result.examples().isEmpty()) {
      out.append("Answers that are not, or not wholly, in the language asked for, for example:\n");
      result.examples().forEach(e -> out.append("  ").append(e).append('\n'));
      out.append('\n');
    }
    words(out, all);
    return out.toString();
  }

  private void table(StringBuilder out, List<Figure> figures) {
    Figure first = figures.get(0);
    out.append(line("%s, %s", first.task(), first.metric().name()));
    out.append(line(": %s%s%n", first.metric().about(), chance(first)));
    int name = width(figures.stream().map(Figure::language).toList(), 8);
    int column = width(columns, 6);
    String format = "  %-" + name + "s %6s  %-" + column + "s %7s %-17s%s";
    out.append(
            line(format, "", "items", "", "value", "  95 %", columns.size() > 1 ? "  change" : "")
                .stripTrailing())
        .append('\n');
    for (Figure f : figures) {
      boolean head = f.column().equals(columns.get(0));
      out.append(
              line(
                      format,
                      head ? f.language() : "",
                      head ? Integer.toString(f.items()) : "",
                      f.column(),
                      number(f.value().value()),
                      interval(f.value(), false),
                      f.change() == null ? "" : change(f.change()))
                  .stripTrailing())
          .append('\n');
    }
    out.append('\n');
  }

  /** Measures of hidden states layer by layer: the mean of the languages but the central one. */
  private void layers(StringBuilder out) {
    List<String> languages =
        figures.stream()
            .filter(f -> f.metric().layer() > 0)
            .map(Figure::language)
            .distinct()
            .toList();
    if (languages.isEmpty()) {
      return;
    }
    String shown =
        languages.contains(Figure.POOLED)
            ? Figure.POOLED
            : languages.stream().filter(l -> !l.equals(result.central())).findFirst().orElse("");
    for (String column : columns) {
      Map<Integer, Map<String, Double>> byLayer = new TreeMap<>();
      Set<String> names = new LinkedHashSet<>();
      for (Figure f : figures) {
        Metric m = f.metric();
        if (f.column().equals(column) && f.language().equals(shown) && m.layer() > 0) {
          names.add(m.measure());
          byLayer
              .computeIfAbsent(m.layer(), k -> new LinkedHashMap<>())
              .put(m.measure(), f.value().value());
        }
      }
      out.append(line("States of %s, %s, layer by layer:%n  layer", column, shown));
      names.forEach(n -> out.append(line(" %15s", n)));
      out.append('\n');
      byLayer.forEach(
          (layer, values) -> {
            out.append(line("  %5d", layer));
            names.forEach(n -> out.append(line(" %15.3f", values.getOrDefault(n, Double.NaN))));
            out.append('\n');
          });
      out.append('\n');
    }
  }

  private void directions(StringBuilder out) {
    if (result.directions().isEmpty()) {
      return;
    }
    out.append("Tokens of whole characters that a language's direction makes likeliest:\n");
    result
        .directions()
        .forEach(
            (language, tokens) ->
                out.append(
                    line(
                        "  %-8s %s%n",
                        language,
                        tokens.stream()
                            .map(t -> t.replaceAll("\\s", "_"))
                            .collect(Collectors.joining(" ")))));
    out.append('\n');
  }

  private static String chance(Figure f) {
    double chance = f.metric().chance();
    return Double.isNaN(chance) || chance == 0 ? "" : line("; guessing reaches %s", number(chance));
  }

  private static String change(Change c) {
    String mark = c.verdict() == Verdict.NONE ? "" : c.verdict().id();
    return line(
            "%9s %s  p %.3f  %s",
            signed(c.difference().value()), interval(c.difference(), true), c.adjusted(), mark)
        .stripTrailing();
  }

  private void words(StringBuilder out, boolean all) {
    for (String column : columns.subList(1, columns.size())) {
      List<Figure> own =
          figures.stream().filter(f -> f.column().equals(column) && f.metric().headline()).toList();
      out.append(line("%s against %s:%n", column, columns.get(0)));
      if (LanguageVerdict.isMeasured(figures, result.central())) {
        LanguageVerdict verdict = LanguageVerdict.of(figures, column, result.central());
        out.append(line("  the right language: %s%n", verdict.words()));
      }
      sentence(out, own, Verdict.BETTER, "better");
      sentence(out, own, Verdict.WORSE, "worse");
      sentence(out, own, Verdict.CHANGED, "changed");
      List<Figure> alone =
          with(own, Verdict.NONE).stream().filter(f -> f.change().p() < Figures.LEVEL).toList();
      if (!alone.isEmpty()) {
        out.append(
            line(
                "  would be a difference alone, but not one among so many comparisons: %s%n",
                alone.stream()
                    .map(
                        f ->
                            line(
                                "%s (%s, p %.3f alone)",
                                name(f), signed(f.change().difference().value()), f.change().p()))
                    .collect(Collectors.joining(", "))));
      }
      List<Figure> none = with(own, Verdict.NONE).stream().filter(f -> !alone.contains(f)).toList();
      if (!none.isEmpty()) {
        out.append("  no difference that this many items can show:\n");
        List<Figure> shown =
            all || none.size() <= FEW
                ? none
                : none.stream().filter(f -> f.language().equals(Figure.POOLED)).toList();
        shown.forEach(f -> out.append("    ").append(enough(f)).append('\n'));
        if (shown.size() < none.size()) {
          out.append(
              line(
                  "    and %d figures of single languages; summary.txt says what each would need%n",
                  none.size() - shown.size()));
        }
      }
      List<Figure> same = with(own, Verdict.SAME);
      if (!same.isEmpty()) {
        out.append(line("  not one item's score differs: %s%n", names(same)));
      }
      out.append('\n');
    }
    if (columns.size() > 1) {
      out.append(
          line(
              "Changes are of the same items; 95 %% intervals by bootstrap over items, parallel ones drawn together.%n"
                  + "p: McNemar's exact test for choices in one language, the bootstrap's otherwise; Holm's correction over all%n"
                  + "headline figures of a column. \"%s\": mean of the languages but %s.%n",
              Figure.POOLED, result.central()));
    }
    result.leftOut().forEach(l -> out.append(line("Left out: %s%n", l)));
  }

  private void sentence(StringBuilder out, List<Figure> own, Verdict verdict, String word) {
    List<Figure> found = with(own, verdict);
    if (!found.isEmpty()) {
      out.append(
          line(
              "  %s: %s%n",
              word,
              found.stream()
                  .map(f -> name(f) + " (" + signed(f.change().difference().value()) + ")")
                  .collect(Collectors.joining(", "))));
    }
  }

  private String enough(Figure f) {
    Change c = f.change();
    String found =
        c.needed() == 0
            ? "none was found"
            : line("the %s found would need about %,d", signed(c.difference().value()), c.needed());
    return line(
        "%s: %d items show changes of %s or more; %s",
        name(f), f.items(), number(c.shown()), found);
  }

  private static List<Figure> with(List<Figure> figures, Verdict verdict) {
    return figures.stream().filter(f -> f.change().verdict() == verdict).toList();
  }

  private String names(List<Figure> figures) {
    return figures.stream().map(this::name).collect(Collectors.joining(", "));
  }

  private String name(Figure f) {
    boolean only =
        figures.stream()
            .filter(o -> o.task().equals(f.task()) && o.metric().headline())
            .allMatch(o -> o.metric().equals(f.metric()));
    return f.task() + (only ? " " : " " + f.metric().name() + " ") + f.language();
  }

  private static int width(List<String> words, int least) {
    return words.stream().mapToInt(String::length).reduce(least, Math::max);
  }

  private static String interval(Interval i, boolean signs) {
    return signs
        ? line("[%s, %s]", signed(i.low()), signed(i.high()))
        : line("[%s, %s]", number(i.low()), number(i.high()));
  }

  private static String number(double x) {
    return line("%.3f", x);
  }

  private static String signed(double x) {
    return line("%+.3f", x);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
