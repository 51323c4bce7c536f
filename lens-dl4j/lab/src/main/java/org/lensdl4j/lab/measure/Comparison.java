package org.lensdl4j.lab.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.LensException;

/**
 * A model before and after training on the same held-out items.
 *
 * @param central the central language
 * @param items number of items per language
 * @param changes every figure, by measure and language
 */
public record Comparison(String central, int items, List<Change> changes) {
  public Comparison {
    changes = List.copyOf(changes);
  }

  /**
   * Measures two snapshots of the same items in the last layer's space.
   *
   * @param seed of the bootstrap
   */
  public static Comparison of(LanguageSpace space, Snapshot before, Snapshot after, long seed) {
    return of(before.central(), ItemValues.of(space, before, after), seed);
  }

  /**
   * The figures of measured items.
   *
   * @param central the central language
   * @param values every measure's, of every language
   * @param seed of the bootstrap
   */
  public static Comparison of(String central, List<ItemValues> values, long seed) {
    List<Change> changes = values.stream().map(v -> v.change(seed)).toList();
    return new Comparison(central, changes.isEmpty() ? 0 : changes.get(0).items(), changes);
  }

  /** One figure of one language. */
  public Change get(Measure measure, String language) {
    return changes.stream()
        .filter(c -> c.measure() == measure && c.language().equals(language))
        .findFirst()
        .orElseThrow(
            () ->
                new LensException(
                    String.format(Locale.ROOT, "%s of %s was not measured", measure, language)));
  }

  /** A table for people; a star marks changes whose 95 % interval leaves 0 out. */
  public String stats() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "Before and after on %d held-out texts per language, central language %s%n",
            items,
            central));
    String format = "  %-10s %10s %10s %10s   %-22s%n";
    Measure measure = null;
    for (Change c : changes) {
      if (c.measure() != measure) {
        measure = c.measure();
        out.append(String.format(Locale.ROOT, "%n%s (%s)%n", measure.label(), measure.meaning()));
        out.append(
            String.format(Locale.ROOT, format, "", "before", "after", "change", "95 % interval"));
      }
      Interval d = c.difference();
      out.append(
          String.format(
              Locale.ROOT,
              format,
              c.language(),
              number(c.before()),
              number(c.after()),
              signed(d.value()),
              String.format(
                  Locale.ROOT,
                  "[%s, %s]%s",
                  signed(d.low()),
                  signed(d.high()),
                  d.excludesZero() ? " *" : "")));
    }
    return out.toString();
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, "%.4f", x);
  }

  private static String signed(double x) {
    return String.format(Locale.ROOT, "%+.4f", x);
  }

  /** All figures as JSON, for reports. */
  public String toJson() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("central", central).put("items", items);
    ArrayNode rows = root.putArray("changes");
    for (Change c : changes) {
      rows.addObject()
          .put("measure", c.measure().id())
          .put("language", c.language())
          .put("before", c.before())
          .put("after", c.after())
          .put("difference", c.difference().value())
          .put("low", c.difference().low())
          .put("high", c.difference().high())
          .put("items", c.items());
    }
    return root.toPrettyString();
  }

  /**
   * Reads what {@link #toJson} wrote; numbers that are missing are none.
   *
   * @throws LensException if a measure is unknown
   */
  public static Comparison fromJson(JsonNode root) {
    List<Change> changes = new ArrayList<>();
    for (JsonNode c : root.path("changes")) {
      String name = c.path("measure").asText();
      changes.add(
          new Change(
              Measure.named(name)
                  .orElseThrow(
                      () ->
                          new LensException(
                              String.format(
                                  Locale.ROOT,
                                  "measure: found %.40s, expected a known one",
                                  name))),
              c.path("language").asText(),
              c.path("before").asDouble(Double.NaN),
              c.path("after").asDouble(Double.NaN),
              new Interval(
                  c.path("difference").asDouble(Double.NaN),
                  c.path("low").asDouble(Double.NaN),
                  c.path("high").asDouble(Double.NaN)),
              c.path("items").asInt()));
    }
    return new Comparison(root.path("central").asText("en"), root.path("items").asInt(), changes);
  }

  /**
   * The same as figures of two columns. There are no tests, only intervals: a difference is one if
   * its interval leaves 0 out.
   */
  public List<Figure> figures(String first, String second) {
    List<Figure> out = new ArrayList<>();
    for (Change c : changes) {
      Metric metric = Metric.of(c.measure(), 0);
      Figure.Change change =
          new Figure.Change(
              c.difference(),
              -1,
              -1,
              Double.NaN,
              Double.NaN,
              Verdict.of(c.measure().better(), c.difference()),
              Double.NaN,
              0);
      out.add(figure(c, metric, first, c.before(), null));
      out.add(figure(c, metric, second, c.after(), change));
    }
    return out;
  }

  private static Figure figure(
      Change c, Metric metric, String column, double value, Figure.Change change) {
    Interval point = new Interval(value, Double.NaN, Double.NaN);
    return new Figure(
        Figure.STATES, metric, c.language(), column, c.items(), point, Double.NaN, change);
  }
}
