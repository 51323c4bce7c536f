package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.chart.HeatMap;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * What training one language alone with the central one does to the others, compared with what the
 * angles between their directions predict: training that moves states along the direction of
 * language i moves them along that of language j as far as the two are parallel.
 *
 * @param alone by trained language
 * @param cosines of the directions in the last layer, {@code [trained][measured]}
 * @param predicted moves along the measured language's direction, for a move of 1 along the trained
 *     one's
 */
public record Interference(Map<String, Candidate> alone, double[][] cosines, double[][] predicted) {
  /** The name of its files. */
  public static final String NAME = "interference";

  private static final List<Measure> CORRELATED =
      List.of(Measure.DISPLACEMENT, Measure.RETRIEVAL_TO_CENTRAL, Measure.BITS_PER_BYTE);

  public Interference {
    alone = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(alone));
  }

  /**
   * Trains each language.
   *
   * @param base with at least two target languages
   * @param progress hears about it as {@code trials}
   */
  public static Interference of(Trials trials, LensConfig base, Progress progress) {
    int all = base.targets().size();
    if (all < 2) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "languages: found %s, expected at least 2 beside the central one",
              base.languages()));
    }
    Map<String, Candidate> alone = BilingualComparison.pairs(trials, base, all, progress);
    progress.update("trials", all, all);
    LanguageSpace space = trials.space(base);
    return new Interference(
        alone,
        Directions.cosines(space, space.layers(), base.targets()),
        Directions.shares(space, space.layers(), base.targets()));
  }

  /** Trained and measured languages, in order. */
  public List<String> languages() {
    return List.copyOf(alone.keySet());
  }

  /** What training one language changes in another; on the diagonal, in itself. */
  public Interval change(Measure measure, String trained, String measured) {
    return alone.get(trained).of(measure, measured).difference();
  }

  private double[][] changes(Measure measure) {
    return languages().stream()
        .map(i -> languages().stream().mapToDouble(j -> change(measure, i, j).value()).toArray())
        .toArray(double[][]::new);
  }

  /** Of predicted moves and measured ones; of cosines and other measures' changes. */
  private RankCorrelation correlation(Measure measure) {
    return RankCorrelation.of(
        measure == Measure.DISPLACEMENT ? predicted : cosines,
        changes(measure),
        first().result().config().seed());
  }

  private Candidate first() {
    return alone.values().iterator().next();
  }

  private List<Measure> correlated() {
    return CORRELATED.stream().filter(first().measures()::contains).toList();
  }

  /** The figures as files. */
  public Analysis analysis() {
    String title = "Interference: training one language, measuring another";
    Map<String, String> options = new LinkedHashMap<>();
    for (Measure measure : correlated()) {
      RankCorrelation c = correlation(measure);
      options.put(
          "rank correlation, " + measure.id(),
          Double.isNaN(c.rho())
              ? "not defined"
              : String.format(Locale.ROOT, "%s, p %s", Words.number(c.rho()), Words.number(c.p())));
    }
    return new Analysis(NAME, title, finding(), options, csv(), chart(title));
  }

  private String chart(String title) {
    SmallMultiples.Builder all =
        CandidateCharts.panels(
            title,
            "Rows are trained with the central language, columns are measured: predicted from the"
                + " directions' angles, then changes by training.");
    all.panel("cosine of the directions", matrix(cosines));
    all.panel("predicted move", matrix(predicted));
    for (Measure measure : CandidateRows.shown(first())) {
      if (measure != Measure.DRIFT) {
        String name = "measured: " + measure.plain();
        all.panel(name + CandidateRows.better(measure), matrix(changes(measure)));
      }
    }
    return all.build().svgFile();
  }

  private HeatMap matrix(double[][] values) {
    return HeatMap.builder()
        .rows(languages())
        .columns(languages())
        .rowLabel("trained")
        .columnLabel("measured")
        .values(values)
        .build();
  }

  private String finding() {
    List<String> parts = new ArrayList<>();
    for (Measure measure : correlated()) {
      RankCorrelation c = correlation(measure);
      parts.add(
          Double.isNaN(c.rho())
              ? String.format(
                  Locale.ROOT, "%s: not defined, all changes are the same", measure.plain())
              : String.format(
                  Locale.ROOT,
                  "%s %s (p %s)",
                  measure.plain(),
                  Words.signed(c.rho()),
                  Words.number(c.p())));
    }
    int beyond = 0;
    int pairs = 0;
    for (String i : languages()) {
      for (String j : languages()) {
        if (!i.equals(j)) {
          pairs++;
          beyond += change(Measure.DISPLACEMENT, i, j).excludesZero() ? 1 : 0;
        }
      }
    }
    double least = correlation(Measure.DISPLACEMENT).least();
    String power =
        least > 0.05
            ? String.format(
                Locale.ROOT,
                "with %d languages no correlation can have a p below %s, so more languages are needed",
                languages().size(),
                Words.number(least))
            : "p by exchanging languages";
    return String.format(
        Locale.ROOT,
        "Training one language moves another's states beyond chance in %d of %d pairs; rank correlation of what the angles predict with the measured change: %s; %s. On %s, intervals of 95 %% not corrected for the number of pairs.",
        beyond,
        pairs,
        String.join(", ", parts),
        power,
        Words.items(first().result().items()));
  }

  private String csv() {
    Csv csv = new Csv(CandidateRows.header("trained", "cosine", "predicted_move"));
    List<String> languages = languages();
    for (int i = 0; i < languages.size(); i++) {
      Candidate c = alone.get(languages.get(i));
      for (Measure measure : c.measures()) {
        for (String measured : c.languages(measure)) {
          int j = languages.indexOf(measured);
          CandidateRows.row(
              csv,
              List.of(
                  languages.get(i),
                  j < 0 ? Double.NaN : cosines[i][j],
                  j < 0 ? Double.NaN : predicted[i][j]),
              measure,
              measured,
              c.of(measure, measured));
        }
      }
    }
    return csv.toString();
  }
}
