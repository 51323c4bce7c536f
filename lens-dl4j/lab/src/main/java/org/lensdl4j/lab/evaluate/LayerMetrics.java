package org.lensdl4j.lab.evaluate;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.lab.measure.StateMeasures;
import org.lensdl4j.lens.space.LanguageSpace;

/** The measures of one layer. Names end in {@code @layer} but for the last layer. */
final class LayerMetrics {
  static final String BITS = Measure.BITS_PER_BYTE.evaluationId();

  private final LanguageSpace space;
  private final String central;
  private final int layers;

  LayerMetrics(LanguageSpace space, String central, int layers) {
    this.space = space;
    this.central = central;
    this.layers = layers;
  }

  /** Measures of one layer for one language: a value per text. */
  Map<String, double[]> of(int layer, String language, Map<String, float[][]> states) {
    Map<Measure, double[]> out = new LinkedHashMap<>();
    float[][] own = states.get(language);
    float[][] pivot = states.get(central);
    if (!language.equals(central)) {
      out.put(Measure.RETRIEVAL_TO_CENTRAL, StateMeasures.retrieval(own, pivot));
      out.put(Measure.RETRIEVAL_FROM_CENTRAL, StateMeasures.retrieval(pivot, own));
      out.put(Measure.COSINE, StateMeasures.cosine(own, pivot));
      out.put(Measure.CKA, StateMeasures.cka(own, pivot));
      if (space != null) {
        out.put(
            Measure.AGNOSTIC_COSINE,
            StateMeasures.cosineIn(space.agnosticFilters(layer), own, pivot));
        out.put(
            Measure.SPECIFIC_COSINE,
            StateMeasures.cosineIn(space.specificFilters(layer), own, pivot));
      }
    }
    if (space != null && own.length > 1) {
      out.put(
          Measure.SEPARABILITY,
          StateMeasures.separability(space.specificFilters(layer), states, language));
    }
    Map<String, double[]> named = new LinkedHashMap<>();
    int number = layer == layers ? 0 : layer;
    out.forEach((measure, values) -> named.put(Metric.of(measure, number).name(), values));
    return named;
  }

  /** The descriptions of all measures of a language. */
  List<Metric> metrics(Collection<String> names) {
    return names.stream().map(Metric::named).toList();
  }
}
