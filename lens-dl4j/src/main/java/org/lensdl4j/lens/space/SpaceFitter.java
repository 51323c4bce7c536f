package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.model.base.LensException;

/**
 * Fits a language space layer by layer from the states of all texts at one layer: what the sums of
 * {@link LanguageStatistics} alone do not suffice for, such as an agnostic subspace of several
 * directions. Holds sums and results, never a layer's states.
 *
 * <pre>{@code
 * SpaceFitter fitter = new SpaceFitter(config, corpus, counts, layers, hiddenSize, null);
 * for (int layer = 1; layer <= layers; layer++) {
 *   fitter.layer(states); // [L][texts][d]
 * }
 * LanguageSpace space = fitter.fit(provenance);
 * }</pre>
 */
public final class SpaceFitter {
  private final LensConfig config;
  private final LanguageStatistics statistics;
  private final List<List<Integer>> order;
  private final LayerStates.Visitor visitor;
  private final List<LayerFit> fits = new ArrayList<>();

  /**
   * A fitter at layer 1.
   *
   * @param config languages, central language, ranks and coordinates
   * @param corpus says which texts are parallel: those with the same ids in every language
   * @param counts texts of each language, in the order of {@code config.languages()}, from the
   *     start of the corpus
   * @param visitor sees every layer's states, parallel texts in their common order; may be null
   * @throws LensException if {@code agnosticRank} is above 1 and the texts are not parallel
   */
  public SpaceFitter(
      LensConfig config,
      Corpus corpus,
      List<Integer> counts,
      int layers,
      int hiddenSize,
      LayerStates.Visitor visitor) {
    this.config = config;
    this.visitor = visitor;
    statistics = new LanguageStatistics(config.languages(), layers, hiddenSize);
    LanguageProbe.check(statistics, config.central(), config.rank());
    List<List<TextItem>> items = new ArrayList<>();
    for (int l = 0; l < counts.size(); l++) {
      items.add(corpus.texts(config.languages().get(l)).subList(0, counts.get(l)));
    }
    order = ParallelTexts.order(items);
    if (config.agnosticRank() > 1 && order == null) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "agnosticRank: found %d, expected 1: more needs parallel texts, the same ids in every language",
              config.agnosticRank()));
    }
  }

  /**
   * Takes the states of the next layer.
   *
   * @param states {@code [L][texts][d]}, texts in the order of the corpus; not kept
   */
  public void layer(float[][][] states) {
    int layer = fits.size() + 1;
    for (int l = 0; l < states.length; l++) {
      for (float[] state : states[l]) {
        statistics.add(config.languages().get(l), layer, state);
      }
    }
    LayerFit fit =
        LanguageProbe.layer(
            statistics, config.central(), config.rank(), config.coordinates().ofSpace(), layer);
    float[][][] ordered = order == null ? states : ordered(states);
    if (config.agnosticRank() > 1) {
      double[][] agnostic =
          AgnosticFit.of(
                  inCoordinates(ordered, layer), fit.specific(), config.agnosticRank(), layer)
              .directions();
      fit = new LayerFit(fit.specific(), agnostic, fit.means(), fit.directions());
    }
    fits.add(fit);
    if (visitor != null) {
      visitor.visit(
          new LayerStates(layer, config.languages(), config.central(), ordered, order != null));
    }
  }

  /** The space, after all layers. */
  public LanguageSpace fit(Provenance provenance) {
    return LanguageProbe.space(
        statistics, config.central(), config.coordinates().ofSpace(), fits, provenance);
  }

  private float[][][] ordered(float[][][] states) {
    float[][][] out = new float[states.length][][];
    for (int l = 0; l < out.length; l++) {
      float[][] own = states[l];
      out[l] = order.get(l).stream().map(at -> own[at]).toArray(float[][]::new);
    }
    return out;
  }

  private double[][][] inCoordinates(float[][][] states, int layer) {
    double[] by =
        config.coordinates().ofSpace() == LossCoordinates.STANDARDISED
            ? statistics.deviation(layer)
            : null;
    double[][][] out = new double[states.length][][];
    for (int l = 0; l < out.length; l++) {
      out[l] = new double[states[l].length][];
      for (int t = 0; t < out[l].length; t++) {
        out[l][t] = Subspaces.doubles(states[l][t]);
        for (int i = 0; by != null && i < by.length; i++) {
          out[l][t][i] /= by[i];
        }
      }
    }
    return out;
  }
}
