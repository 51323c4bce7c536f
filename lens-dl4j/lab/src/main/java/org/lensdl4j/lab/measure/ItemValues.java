package org.lensdl4j.lab.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.LensException;

/**
 * One measure of one language, item by item: what figures, intervals and pooled figures are taken
 * of.
 *
 * @param measure which figure
 * @param language of which language
 * @param before one value per item, on the model before training
 * @param after one value per item, on the model after training
 * @param weights what the sum of values is divided by: 1 an item, or its bytes
 */
public record ItemValues(
    Measure measure, String language, double[] before, double[] after, double[] weights) {

  /**
   * Measures two snapshots of the same items in the last layer's space. Languages that the space
   * does not know have no {@link Measure#DISPLACEMENT}.
   *
   * @return sorted by measure, languages in the snapshots' order
   */
  public static List<ItemValues> of(LanguageSpace space, Snapshot before, Snapshot after) {
    if (!before.languages().equals(after.languages()) || before.size() != after.size()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "comparison: found %s with %d items and %s with %d, expected the same",
              before.languages(),
              before.size(),
              after.languages(),
              after.size()));
    }
    List<ItemValues> out = new ArrayList<>();
    for (String language : before.languages()) {
      if (!language.equals(before.central())) {
        pairs(space, before, after, language, out);
      }
      single(space, before, after, language, out);
    }
    out.add(
        means(
            Measure.DRIFT,
            before.central(),
            new double[before.size()],
            StateMeasures.drift(before.centralMeans(), after.centralMeans())));
    // Languages keep their order, since the sort is stable.
    out.sort(Comparator.comparing(ItemValues::measure));
    return List.copyOf(out);
  }

  private static void pairs(
      LanguageSpace space, Snapshot before, Snapshot after, String l, List<ItemValues> out) {
    int layer = space.layers();
    double[][] agnostic = space.agnosticFilters(layer);
    float[][] c = before.last().get(before.central());
    float[][] d = after.last().get(before.central());
    float[][] x = before.last().get(l);
    float[][] y = after.last().get(l);
    out.add(
        means(
            Measure.RETRIEVAL_TO_CENTRAL,
            l,
            StateMeasures.retrieval(x, c),
            StateMeasures.retrieval(y, d)));
    out.add(
        means(
            Measure.RETRIEVAL_FROM_CENTRAL,
            l,
            StateMeasures.retrieval(c, x),
            StateMeasures.retrieval(d, y)));
    out.add(means(Measure.COSINE, l, StateMeasures.cosine(x, c), StateMeasures.cosine(y, d)));
    out.add(
        means(
            Measure.AGNOSTIC_COSINE,
            l,
            StateMeasures.cosineIn(agnostic, x, c),
            StateMeasures.cosineIn(agnostic, y, d)));
    out.add(
        means(
            Measure.AGNOSTIC_GAP,
            l,
            StateMeasures.gap(agnostic, x, c),
            StateMeasures.gap(agnostic, y, d)));
    if (space.languages().contains(l)) {
      out.add(
          means(
              Measure.DISPLACEMENT,
              l,
              new double[x.length],
              StateMeasures.along(space.directionFilter(layer, l), x, y)));
    }
  }

  private static void single(
      LanguageSpace space, Snapshot before, Snapshot after, String l, List<ItemValues> out) {
    if (before.size() > 1) {
      double[][] specific = space.specificFilters(space.layers());
      out.add(
          means(
              Measure.SEPARABILITY,
              l,
              StateMeasures.separability(specific, before.last(), l),
              StateMeasures.separability(specific, after.last(), l)));
    }
    if (before.bits().containsKey(l) && after.bits().containsKey(l)) {
      out.add(
          new ItemValues(
              Measure.BITS_PER_BYTE,
              l,
              before.bits().get(l),
              after.bits().get(l),
              before.bytes().get(l)));
    }
  }

  private static ItemValues means(
      Measure measure, String language, double[] before, double[] after) {
    double[] ones = new double[before.length];
    Arrays.fill(ones, 1);
    return new ItemValues(measure, language, before, after, ones);
  }

  /**
   * The figure over all items.
   *
   * @param seed of the bootstrap
   */
  public Change change(long seed) {
    double weight = Bootstrap.sum(weights);
    return new Change(
        measure,
        language,
        Bootstrap.sum(before) / weight,
        Bootstrap.sum(after) / weight,
        Bootstrap.ratioDifference(before, after, weights, seed),
        before.length);
  }

  /** The same items as a group of a pooled figure: item i of every language is one draw. */
  public PairedBootstrap.Group group() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      keys.add(Integer.toString(i));
    }
    return new PairedBootstrap.Group(keys, before, after, weights);
  }
}
