package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.PairedBootstrap;
import org.lensdl4j.lab.measure.StateMeasures;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.space.LanguageSpace;

/**
 * What the states of parallel texts look like after every layer: how much of their energy lies in
 * the specific and the agnostic subspace of that layer, whether they show their language there, and
 * whether they find their translation.
 *
 * @param central the central language
 * @param items parallel texts of each language
 * @param trained whether there is a second side
 * @param coordinates that energies and variances are measured in, the space's
 * @param rows by layer, measure and language
 */
public record LayerProfile(
    String central, int items, boolean trained, LossCoordinates coordinates, List<Row> rows) {
  /** The name of its files. */
  public static final String NAME = "layers";

  /** In place of a language: the mean over languages. */
  public static final String ALL = "all";

  public LayerProfile {
    rows = List.copyOf(rows);
  }

  /** What is measured of each text: energies and variances in the coordinates of the space. */
  public static final List<Measure> MEASURES =
      List.of(
          Measure.SPECIFIC_ENERGY,
          Measure.AGNOSTIC_ENERGY,
          Measure.SPECIFIC_VARIANCE,
          Measure.AGNOSTIC_VARIANCE,
          Measure.SEPARABILITY,
          Measure.RETRIEVAL_TO_CENTRAL);

  /**
   * One figure.
   *
   * @param layer 1..K
   * @param what is measured
   * @param language or {@link #ALL}
   * @param before mean over texts on the model
   * @param after on the trained model; null without
   * @param difference of the two, paired over items; null without
   */
  public record Row(
      int layer,
      Measure what,
      String language,
      Interval before,
      Interval after,
      Interval difference) {}

  /** Gathers layers in any order. */
  static final class Builder implements StatePass.Visitor {
    private final LanguageSpace space;
    private final String central;
    private final List<String> ids;
    private final long seed;
    private final List<Row> rows = new ArrayList<>();
    private boolean trained;

    /**
     * Measures in a space.
     *
     * @param ids of the items
     */
    Builder(LanguageSpace space, String central, List<String> ids, long seed) {
      this.space = space;
      this.central = central;
      this.ids = List.copyOf(ids);
      this.seed = seed;
    }

    @Override
    public void visit(int layer, Map<String, float[][]> before, Map<String, float[][]> after) {
      trained |= after != null;
      for (Measure what : MEASURES) {
        Map<String, double[]> x = values(what, layer, before);
        Map<String, double[]> y = after == null || after == before ? x : values(what, layer, after);
        List<PairedBootstrap.Group> groups = new ArrayList<>();
        x.forEach(
            (language, own) -> {
              PairedBootstrap.Group group = PairedBootstrap.Group.means(ids, own, y.get(language));
              groups.add(group);
              add(layer, what, language, List.of(group), after != null);
            });
        if (!groups.isEmpty()) {
          add(layer, what, ALL, groups, after != null);
        }
      }
    }

    private void add(
        int layer,
        Measure what,
        String language,
        List<PairedBootstrap.Group> groups,
        boolean twoSides) {
      PairedBootstrap.Estimate e = PairedBootstrap.of(groups, seed);
      rows.add(
          new Row(
              layer,
              what,
              language,
              e.before(),
              twoSides ? e.after() : null,
              twoSides ? e.difference() : null));
    }

    private Map<String, double[]> values(Measure what, int layer, Map<String, float[][]> states) {
      Map<String, double[]> out = new LinkedHashMap<>();
      Map<String, float[][]> measured = inCoordinates(layer, states);
      double[] mean = Energy.mean(measured.values());
      double variance = Energy.variance(measured.values(), mean);
      measured.forEach(
          (language, own) -> {
            double[] values =
                switch (what) {
                  case SPECIFIC_VARIANCE -> Energy.of(space.specific(layer), own, mean, variance);
                  case AGNOSTIC_VARIANCE -> Energy.of(space.agnostic(layer), own, mean, variance);
                  case SPECIFIC_ENERGY -> Energy.of(space.specific(layer), own);
                  case AGNOSTIC_ENERGY -> Energy.of(space.agnostic(layer), own);
                  case SEPARABILITY ->
                      own.length < 2
                          ? null
                          : StateMeasures.separability(space.specific(layer), measured, language);
                  case RETRIEVAL_TO_CENTRAL ->
                      language.equals(central)
                          ? null
                          : StateMeasures.retrieval(states.get(language), states.get(central));
                  default -> throw new IllegalArgumentException(what.name());
                };
            if (values != null) {
              out.put(language, values);
            }
          });
      return out;
    }

    private Map<String, float[][]> inCoordinates(int layer, Map<String, float[][]> states) {
      if (space.coordinates() == LossCoordinates.RAW) {
        return states;
      }
      double[] deviation = space.deviation(layer);
      Map<String, float[][]> out = new LinkedHashMap<>();
      states.forEach((language, own) -> out.put(language, divided(own, deviation)));
      return out;
    }

    private static float[][] divided(float[][] rows, double[] by) {
      float[][] out = new float[rows.length][by.length];
      for (int i = 0; i < out.length; i++) {
        for (int k = 0; k < by.length; k++) {
          out[i][k] = (float) (rows[i][k] / by[k]);
        }
      }
      return out;
    }

    LayerProfile build() {
      rows.sort(
          Comparator.comparingInt(Row::layer).thenComparingInt(r -> MEASURES.indexOf(r.what())));
      return new LayerProfile(central, ids.size(), trained, space.coordinates(), rows);
    }
  }

  /** The figures of one measure and language, by layer. */
  public List<Row> of(Measure what, String language) {
    return rows.stream().filter(r -> r.what() == what && r.language().equals(language)).toList();
  }

  /** All languages, in order. */
  public List<String> languages() {
    return rows.stream().map(Row::language).filter(l -> !l.equals(ALL)).distinct().toList();
  }

  /** The figures as files. */
  public Analysis analysis() {
    String title = trained ? "Layer by layer, before and after training" : "Layer by layer";
    String svg = LayerProfileChart.svg(this, title);
    return new Analysis(NAME, title, finding(), Map.of(), csv(), svg);
  }

  private String finding() {
    List<Row> separability = of(Measure.SEPARABILITY, ALL);
    List<Row> retrieval = of(Measure.RETRIEVAL_TO_CENTRAL, ALL);
    Row energy = highest(of(Measure.SPECIFIC_ENERGY, ALL));
    List<String> parts = new ArrayList<>();
    parts.add(
        String.format(
            Locale.ROOT,
            "The specific space holds most energy after layer %d (%s)",
            energy.layer(),
            Words.percent(energy.before().value())));
    if (!separability.isEmpty()) {
      Row best = highest(separability);
      parts.add(
          String.format(
              Locale.ROOT,
              "languages are told apart best after layer %d (%s of texts)",
              best.layer(),
              Words.percent(best.before().value())));
    }
    Row found = highest(retrieval);
    parts.add(
        String.format(
            Locale.ROOT,
            "translations are found best after layer %d (%s)",
            found.layer(),
            Words.percent(found.before().value())));
    if (trained) {
      List<String> changes = new ArrayList<>();
      for (Measure what : MEASURES) {
        List<Row> own = of(what, ALL);
        if (!own.isEmpty()) {
          Interval difference = own.get(own.size() - 1).difference();
          changes.add(what.plain() + " " + Words.change(difference));
        }
      }
      parts.add("by training, in the last layer, " + String.join(", ", changes));
    }
    String measured =
        coordinates == LossCoordinates.RAW
            ? ""
            : ", energies and languages in standardised coordinates";
    return String.join("; ", parts) + ". On " + Words.items(items) + measured + ".";
  }

  /** The file's own short word, which it had before there was one table of measures. */
  private static String name(Measure what) {
    return what == Measure.RETRIEVAL_TO_CENTRAL ? "retrieval" : what.id();
  }

  private static Row highest(List<Row> rows) {
    return rows.stream().max(Comparator.comparingDouble(r -> r.before().value())).orElseThrow();
  }

  private String csv() {
    Csv csv =
        new Csv(
            Csv.header(
                "layer",
                "measure",
                "language",
                Csv.interval("before"),
                Csv.interval("after"),
                Csv.interval("difference")));
    Interval none = new Interval(Double.NaN, Double.NaN, Double.NaN);
    for (Row r : rows) {
      csv.row(
          r.layer(),
          name(r.what()),
          r.language(),
          r.before(),
          r.after() == null ? none : r.after(),
          r.difference() == null ? none : r.difference());
    }
    return csv.toString();
  }
}
