package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.LensException;

/**
 * Principal components of final states in the whole, the agnostic and the specific space. One
 * projection is fitted on both sides together, so that points before and after training can be
 * compared. A space of one dimension has one component.
 *
 * @param items parallel texts of each language
 * @param trained whether there is a second side
 * @param views one for each space
 */
public record StatesPca(int items, boolean trained, List<View> views) {
  /** The name of its files. */
  public static final String NAME = "pca";

  public StatesPca {
    views = List.copyOf(views);
  }

  /** In which space points are. */
  public enum Space {
    /** All d dimensions. */
    RAW,
    /** Coordinates in the agnostic subspace. */
    AGNOSTIC,
    /** Coordinates in the specific subspace. */
    SPECIFIC;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One text's state.
   *
   * @param after whether it is of the trained model
   * @param language of the text
   * @param id of the item
   * @param first along the first component
   * @param second along the second; 0 in a space of one dimension
   */
  public record Point(boolean after, String language, String id, double first, double second) {}

  /**
   * One space.
   *
   * @param dimensions of the space
   * @param explained share of the variance along the first and the second component
   * @param between share of the variance before training that lies between languages, in the whole
   *     space and not only along the components
   * @param betweenAfter the same after training; null without
   * @param difference of the two, paired over items; null without
   * @param points all texts
   */
  public record View(
      Space space,
      int dimensions,
      List<Double> explained,
      Interval between,
      Interval betweenAfter,
      Interval difference,
      List<Point> points) {}

  /**
   * Computes all three views.
   *
   * @param space of the layer that the states are of, the last one
   * @param ids of the items
   * @param before by language {@code [n][d]}, row i of each the same item
   * @param after the same texts on the trained model; null for one side only
   * @param seed of the intervals
   */
  public static StatesPca of(
      LanguageSpace space,
      List<String> ids,
      Map<String, float[][]> before,
      Map<String, float[][]> after,
      long seed) {
    int layer = space.layers();
    if (ids.isEmpty()) {
      throw new LensException("pca: found no texts, expected at least 1");
    }
    List<View> views = new ArrayList<>();
    views.add(view(Space.RAW, StatesPca::doubles, ids, before, after, seed));
    views.add(view(Space.AGNOSTIC, in(space.agnosticFilters(layer)), ids, before, after, seed));
    views.add(view(Space.SPECIFIC, in(space.specificFilters(layer)), ids, before, after, seed));
    return new StatesPca(ids.size(), after != null, views);
  }

  private static View view(
      Space space,
      Function<float[], double[]> coordinates,
      List<String> ids,
      Map<String, float[][]> before,
      Map<String, float[][]> after,
      long seed) {
    Map<String, double[][]> x = coordinates(coordinates, before);
    Map<String, double[][]> y = after == null ? Map.of() : coordinates(coordinates, after);
    List<double[]> rows = new ArrayList<>();
    x.values().forEach(own -> rows.addAll(List.of(own)));
    y.values().forEach(own -> rows.addAll(List.of(own)));
    Pca pca = Pca.of(rows.toArray(double[][]::new), 2);
    List<Point> points = new ArrayList<>();
    place(points, pca, false, ids, x);
    place(points, pca, true, ids, y);
    LanguageShare share = LanguageShare.of(x.values(), after == null ? null : y.values(), seed);
    return new View(
        space,
        rows.get(0).length,
        List.of(pca.share(0), pca.share(1)),
        share.before(),
        share.after(),
        share.difference(),
        List.copyOf(points));
  }

  private static void place(
      List<Point> points, Pca pca, boolean after, List<String> ids, Map<String, double[][]> rows) {
    rows.forEach(
        (language, own) -> {
          for (int i = 0; i < own.length; i++) {
            double[] at = pca.project(own[i]);
            points.add(new Point(after, language, ids.get(i), at[0], at[1]));
          }
        });
  }

  private static Map<String, double[][]> coordinates(
      Function<float[], double[]> of, Map<String, float[][]> states) {
    Map<String, double[][]> out = new LinkedHashMap<>();
    states.forEach(
        (language, own) ->
            out.put(language, java.util.Arrays.stream(own).map(of).toArray(double[][]::new)));
    return out;
  }

  private static double[] doubles(float[] state) {
    double[] out = new double[state.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = state[i];
    }
    return out;
  }

  private static Function<float[], double[]> in(double[][] basis) {
    return state -> {
      double[] out = new double[basis.length];
      for (int k = 0; k < out.length; k++) {
        for (int i = 0; i < state.length; i++) {
          out[k] += basis[k][i] * state[i];
        }
      }
      return out;
    };
  }

  /** One of the three. */
  public View view(Space space) {
    return views.get(space.ordinal());
  }

  /** The figures as files. */
  public Analysis analysis() {
    String title =
        trained ? "Principal components before and after training" : "Principal components";
    String svg = StatesPcaChart.svg(this, title);
    return new Analysis(NAME, title, finding(), Map.of(), csv(), svg);
  }

  private String finding() {
    StringBuilder out = new StringBuilder();
    out.append("The share of the states' variance that lies between languages ");
    List<String> parts = new ArrayList<>();
    for (View v : views) {
      String where = String.format(Locale.ROOT, "in the %s space ", v.space().label());
      parts.add(
          trained
              ? where
                  + String.format(
                      Locale.ROOT,
                      "was %s and %s",
                      Words.number(v.between().value()),
                      Words.change(v.difference()))
              : where
                  + String.format(
                      Locale.ROOT,
                      "is %s (95 %% interval %s to %s)",
                      Words.number(v.between().value()),
                      Words.number(v.between().low()),
                      Words.number(v.between().high())));
    }
    return out.append(String.join("; ", parts))
        .append(" on ")
        .append(Words.items(items))
        .append("; the picture's two components hold ")
        .append(Words.percent(views.get(0).explained().stream().mapToDouble(x -> x).sum()))
        .append(" of the raw variance, so distances in it are not distances of states.")
        .toString();
  }

  private String csv() {
    Csv csv =
        new Csv(
            Csv.header(
                "space",
                "side",
                "language",
                "id",
                "component_1",
                "component_2",
                "explained_1",
                "explained_2"));
    for (View v : views) {
      for (Point p : v.points()) {
        csv.row(
            v.space().label(),
            p.after() ? "after" : "before",
            p.language(),
            p.id(),
            p.first(),
            p.second(),
            v.explained().get(0),
            v.explained().get(1));
      }
    }
    return csv.toString();
  }
}
