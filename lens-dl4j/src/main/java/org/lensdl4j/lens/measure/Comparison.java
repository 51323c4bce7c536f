package org.lensdl4j.lens.measure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.space.LanguageSpace;

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
    if (!before.languages().equals(after.languages()) || before.size() != after.size()) {
      throw new LensException(
          "comparison: found %s with %d items and %s with %d, expected the same"
              .formatted(before.languages(), before.size(), after.languages(), after.size()));
    }
    int layer = space.layers();
    double[][] specific = space.specific(layer);
    double[][] agnostic = space.agnostic(layer);
    String c = before.central();
    float[][] pivotBefore = before.last().get(c);
    float[][] pivotAfter = after.last().get(c);
    Collector out = new Collector(seed);
    for (String l : before.languages()) {
      float[][] x = before.last().get(l);
      float[][] y = after.last().get(l);
      if (!l.equals(c)) {
        out.add(
            Measure.RETRIEVAL_TO_CENTRAL,
            l,
            StateMeasures.retrieval(x, pivotBefore),
            StateMeasures.retrieval(y, pivotAfter));
        out.add(
            Measure.RETRIEVAL_FROM_CENTRAL,
            l,
            StateMeasures.retrieval(pivotBefore, x),
            StateMeasures.retrieval(pivotAfter, y));
        out.add(
            Measure.COSINE,
            l,
            StateMeasures.cosine(x, pivotBefore),
            StateMeasures.cosine(y, pivotAfter));
        out.add(
            Measure.AGNOSTIC_COSINE,
            l,
            StateMeasures.cosineIn(agnostic, x, pivotBefore),
            StateMeasures.cosineIn(agnostic, y, pivotAfter));
        out.add(
            Measure.AGNOSTIC_GAP,
            l,
            StateMeasures.gap(agnostic, x, pivotBefore),
            StateMeasures.gap(agnostic, y, pivotAfter));
        out.add(
            Measure.DISPLACEMENT,
            l,
            new double[x.length],
            StateMeasures.displacement(space.direction(layer, l), x, y));
      }
      if (x.length > 1) {
        out.add(
            Measure.SEPARABILITY,
            l,
            StateMeasures.separability(specific, before.last(), l),
            StateMeasures.separability(specific, after.last(), l));
      }
      if (before.bits().containsKey(l) && after.bits().containsKey(l)) {
        out.add(
            Measure.BITS_PER_BYTE,
            l,
            before.bits().get(l),
            after.bits().get(l),
            before.bytes().get(l));
      }
    }
    out.add(
        Measure.DRIFT,
        c,
        new double[before.size()],
        StateMeasures.drift(before.centralMeans(), after.centralMeans()));
    return new Comparison(c, before.size(), out.sorted());
  }

  private static final class Collector {
    private final List<Change> changes = new ArrayList<>();
    private final long seed;

    Collector(long seed) {
      this.seed = seed;
    }

    void add(Measure measure, String language, double[] before, double[] after) {
      double[] ones = new double[before.length];
      Arrays.fill(ones, 1);
      add(measure, language, before, after, ones);
    }

    void add(Measure measure, String language, double[] before, double[] after, double[] weights) {
      double weight = Bootstrap.sum(weights);
      changes.add(
          new Change(
              measure,
              language,
              Bootstrap.sum(before) / weight,
              Bootstrap.sum(after) / weight,
              Bootstrap.ratioDifference(before, after, weights, seed),
              before.length));
    }

    /** By measure; languages keep their order, since the sort is stable. */
    List<Change> sorted() {
      return changes.stream().sorted((a, b) -> a.measure().compareTo(b.measure())).toList();
    }
  }

  /** One figure of one language. */
  public Change get(Measure measure, String language) {
    return changes.stream()
        .filter(c -> c.measure() == measure && c.language().equals(language))
        .findFirst()
        .orElseThrow(
            () -> new LensException("%s of %s was not measured".formatted(measure, language)));
  }

  /** A table for people; a star marks changes whose 95 % interval leaves 0 out. */
  public String stats() {
    StringBuilder out = new StringBuilder();
    out.append(
        "Before and after on %d held-out texts per language, central language %s%n"
            .formatted(items, central));
    String format = "  %-10s %10s %10s %10s   %-22s%n";
    Measure measure = null;
    for (Change c : changes) {
      if (c.measure() != measure) {
        measure = c.measure();
        out.append("%n%s (%s)%n".formatted(measure.label(), measure.meaning()));
        out.append(format.formatted("", "before", "after", "change", "95 % interval"));
      }
      Interval d = c.difference();
      out.append(
          format.formatted(
              c.language(),
              number(c.before()),
              number(c.after()),
              signed(d.value()),
              "[%s, %s]%s"
                  .formatted(signed(d.low()), signed(d.high()), d.excludesZero() ? " *" : "")));
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
          .put("measure", c.measure().name().toLowerCase(Locale.ROOT))
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
}
