package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.chart.BarChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.PairedBootstrap.Estimate;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * Each language trained alone with the central one, its space of these two, against all languages
 * trained together.
 *
 * @param together all languages at once
 * @param alone by language
 */
public record BilingualComparison(Candidate together, Map<String, Candidate> alone) {
  /** The name of its files. */
  public static final String NAME = "bilingual";

  public BilingualComparison {
    alone = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(alone));
  }

  /**
   * Trains all.
   *
   * @param base with at least two target languages
   * @param progress hears about it as {@code trials}
   */
  public static BilingualComparison of(Trials trials, LensConfig base, Progress progress) {
    int all = base.targets().size() + 1;
    if (all < 3) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "languages: found %s, expected at least 2 beside the central one",
              base.languages()));
    }
    Map<String, Candidate> alone = pairs(trials, base, all, progress);
    Candidate together = Candidate.of(trials, "together", base, base);
    progress.update("trials", all, all);
    return new BilingualComparison(together, alone);
  }

  /** Trains each target language alone with the central one. */
  static Map<String, Candidate> pairs(Trials trials, LensConfig base, int all, Progress progress) {
    Map<String, Candidate> out = new LinkedHashMap<>();
    for (String language : base.targets()) {
      progress.update("trials", out.size(), all);
      out.put(language, Candidate.of(trials, language, pair(base, language), base));
    }
    return out;
  }

  private static LensConfig pair(LensConfig base, String language) {
    Map<String, Double> lambdas = new LinkedHashMap<>(base.lambdas());
    lambdas.keySet().retainAll(List.of(language));
    return base.toBuilder()
        .centralAndTargets(base.central(), List.of(language))
        .rank(Math.min(base.rank(), 1))
        .lambdas(lambdas)
        .build();
  }

  /** Alone against together, both after training: positive if alone is higher. */
  public Estimate difference(Measure measure, String language) {
    String where = measure == Measure.DRIFT ? together.config().central() : language;
    return together.against(alone.get(language), measure, where);
  }

  /** The figures as files. */
  public Analysis analysis() {
    String title = "Each language alone against all together";
    return new Analysis(NAME, title, finding(), Map.of(), csv(), chart(title));
  }

  private String chart(String title) {
    List<String> languages = List.copyOf(alone.keySet());
    SmallMultiples.Builder all =
        CandidateCharts.panels(
            title,
            "After - before in each language, trained alone and together, with 95 % intervals.");
    for (Measure measure : CandidateRows.shown(together)) {
      BarChart.Builder panel =
          BarChart.builder()
              .categories(languages)
              .dots()
              .include(CandidateCharts.least(measure, together))
              .xLabel(CandidateRows.axis(measure));
      CandidateCharts.series(panel, "alone", languages, l -> change(alone.get(l), measure, l));
      CandidateCharts.series(panel, "together", languages, l -> change(together, measure, l));
      all.panel(measure.plain(), panel.build());
    }
    return all.build().svgFile();
  }

  private static Interval change(Candidate candidate, Measure measure, String language) {
    String where = measure == Measure.DRIFT ? candidate.config().central() : language;
    return candidate.of(measure, where).difference();
  }

  private String finding() {
    List<String> parts = new ArrayList<>();
    for (Measure measure : CandidateRows.shown(together)) {
      List<String> higher = new ArrayList<>();
      List<String> lower = new ArrayList<>();
      for (String language : alone.keySet()) {
        Interval d = difference(measure, language).difference();
        if (d.excludesZero()) {
          (d.value() > 0 ? higher : lower)
              .add(String.format(Locale.ROOT, "%s (%s)", language, Words.signed(d.value())));
        }
      }
      String label = measure.plain();
      if (higher.isEmpty() && lower.isEmpty()) {
        parts.add(label + " does not differ beyond chance in any language");
      } else {
        List<String> both = new ArrayList<>();
        if (!higher.isEmpty()) {
          both.add("higher alone in " + Words.list(higher));
        }
        if (!lower.isEmpty()) {
          both.add("lower alone in " + Words.list(lower));
        }
        parts.add(label + " is " + String.join(" and ", both));
      }
    }
    return String.format(
        Locale.ROOT,
        "Trained alone with %s, against all of %s together: %s. On %s, intervals of 95 %% not corrected for the number of languages.",
        together.config().central(),
        Words.list(List.copyOf(alone.keySet())),
        String.join("; ", parts),
        Words.items(together.result().items()));
  }

  private String csv() {
    Csv csv = new Csv(CandidateRows.header("trained", "compared"));
    CandidateRows.add(csv, List.of("together", "after - before"), together);
    alone.forEach((l, c) -> CandidateRows.add(csv, List.of(l, "after - before"), c));
    for (String language : alone.keySet()) {
      for (Measure measure : together.measures()) {
        CandidateRows.row(
            csv,
            List.of(language, "alone - together"),
            measure,
            measure == Measure.DRIFT ? together.config().central() : language,
            difference(measure, language));
      }
    }
    return csv.toString();
  }
}
