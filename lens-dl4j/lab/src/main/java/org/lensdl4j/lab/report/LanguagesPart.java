package org.lensdl4j.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lensdl4j.lab.chart.BarChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Better;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;

/** The figures that count as pictures: a panel per language, then levels per task. */
final class LanguagesPart {
  private static final String BITS = Measure.BITS_PER_BYTE.evaluationId();

  private final EvaluationData evaluation;

  LanguagesPart(EvaluationData evaluation) {
    this.evaluation = evaluation;
  }

  void write(Html out) {
    List<String> shares = names(f -> f.metric().headline() && f.metric().better() == Better.UP);
    if (!shares.isEmpty() && !evaluation.others().isEmpty()) {
      changes(out, shares);
    }
    if (!shares.isEmpty()) {
      levels(out, shares);
    }
    bits(out);
  }

  private interface Wanted extends Function<Figure, Boolean> {}

  /** Figures by name, such as "xcopa acc". */
  private List<String> names(Wanted wanted) {
    return evaluation.figures().stream()
        .filter(f -> wanted.apply(f) && f.metric().layer() == 0)
        .map(LanguagesPart::name)
        .distinct()
        .toList();
  }

  private static String name(Figure f) {
    return f.plain();
  }

  private void changes(Html out, List<String> names) {
    SmallMultiples.Builder chart =
        SmallMultiples.builder()
            .title("Change against " + evaluation.columns().get(0) + ", language by language")
            .description("Differences of shares of items, with 95 % intervals.")
            .panelWidth(300)
            .sharedX();
    for (String language : evaluation.languages()) {
      List<String> own =
          names.stream()
              .filter(n -> get(n, language, evaluation.columns().get(0)) != null)
              .toList();
      if (own.isEmpty()) {
        continue;
      }
      BarChart.Builder panel = BarChart.builder().categories(own).dots().include(-0.05, 0.05);
      panel.looksFrom(1);
      for (String column : evaluation.others()) {
        add(panel, column, own, n -> change(get(n, language, column)));
      }
      chart.panel(Languages.name(language), panel.build());
    }
    out.figure(
        chart.build(),
        "Marks to the right of 0 are gains. An interval that crosses 0 leaves open which way it went.");
  }

  private void levels(Html out, List<String> names) {
    SmallMultiples.Builder chart =
        SmallMultiples.builder().title("Share of items, task by task").panelWidth(300);
    for (String name : names) {
      List<String> languages =
          evaluation.languages().stream()
              .filter(l -> get(name, l, evaluation.columns().get(0)) != null)
              .toList();
      BarChart.Builder panel =
          BarChart.builder().categories(languages.stream().map(Languages::name).toList());
      panel.include(0, 1);
      for (String column : evaluation.columns()) {
        add(
            panel,
            column,
            languages,
            l -> {
              Figure f = get(name, l, column);
              return f == null ? null : f.value();
            });
      }
      chart.panel(name + guessing(name), panel.build());
    }
    out.figure(chart.build(), "Bars with 95 % intervals.");
  }

  private String guessing(String name) {
    double chance =
        evaluation.figures().stream()
            .filter(f -> name(f).equals(name))
            .mapToDouble(f -> f.metric().chance())
            .findFirst()
            .orElse(Double.NaN);
    return chance > 0 ? " (guessing: " + Format.number(chance) + ")" : "";
  }

  private void bits(Html out) {
    List<String> found = names(f -> f.metric().measure().equals(BITS));
    if (found.isEmpty() || evaluation.others().isEmpty()) {
      return;
    }
    String name = found.get(0);
    List<String> languages =
        evaluation.languages().stream()
            .filter(l -> get(name, l, evaluation.columns().get(0)) != null)
            .toList();
    BarChart.Builder chart =
        BarChart.builder()
            .title("Change of bits per byte of text")
            .xLabel("against " + evaluation.columns().get(0) + "; less is better")
            .categories(languages.stream().map(Languages::name).toList())
            .dots()
            .looksFrom(1)
            .include(0);
    for (String column : evaluation.others()) {
      add(chart, column, languages, l -> change(get(name, l, column)));
    }
    out.figure(
        chart.build(), "How many bits the model needs for a byte of text it was not trained on.");
  }

  private static Interval change(Figure f) {
    return f == null || f.change() == null ? null : f.change().difference();
  }

  private static void add(
      BarChart.Builder chart, String series, List<String> keys, Function<String, Interval> of) {
    List<Interval> all = new ArrayList<>();
    for (String key : keys) {
      Interval found = of.apply(key);
      all.add(found == null ? new Interval(Double.NaN, Double.NaN, Double.NaN) : found);
    }
    chart.series(
        series,
        all.stream().mapToDouble(Interval::value).toArray(),
        all.stream().mapToDouble(Interval::low).toArray(),
        all.stream().mapToDouble(Interval::high).toArray());
  }

  private Figure get(String name, String language, String column) {
    return evaluation.figures().stream()
        .filter(
            f -> name(f).equals(name) && f.language().equals(language) && f.column().equals(column))
        .findFirst()
        .orElse(null);
  }
}
