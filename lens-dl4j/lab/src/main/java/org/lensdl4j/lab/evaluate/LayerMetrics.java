package org.lensdl4j.lab.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.evaluate.tasks.Metric;
import org.lensdl4j.lab.measure.StateMeasures;
import org.lensdl4j.lens.space.LanguageSpace;

/** The measures of one layer. Names end in {@code @layer} but for the last layer. */
final class LayerMetrics {
  static final String BITS = "bits_per_byte";

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
    Map<String, double[]> out = new LinkedHashMap<>();
    float[][] own = states.get(language);
    float[][] pivot = states.get(central);
    if (!language.equals(central)) {
      out.put("retrieval_to", StateMeasures.retrieval(own, pivot));
      out.put("retrieval_from", StateMeasures.retrieval(pivot, own));
      out.put("cosine", StateMeasures.cosine(own, pivot));
      out.put("cka", StateMeasures.cka(own, pivot));
      if (space != null) {
        out.put(
            "cosine_agnostic", StateMeasures.cosineIn(space.agnosticFilters(layer), own, pivot));
        out.put(
            "cosine_specific", StateMeasures.cosineIn(space.specificFilters(layer), own, pivot));
      }
    }
    if (space != null && own.length > 1) {
      out.put(
          "separability",
          StateMeasures.separability(space.specificFilters(layer), states, language));
    }
    Map<String, double[]> named = new LinkedHashMap<>();
    out.forEach((name, values) -> named.put(named(name, layer), values));
    return named;
  }

  private String named(String name, int layer) {
    return layer == layers ? name : name + "@" + layer;
  }

  /** The descriptions of all measures of a language. */
  List<Metric> metrics(Iterable<String> names) {
    List<Metric> out = new java.util.ArrayList<>();
    names.forEach(n -> out.add(metric(n)));
    return out;
  }

  private static Metric metric(String name) {
    boolean last = !name.contains("@");
    String about =
        switch (name.split("@")[0]) {
          case "retrieval_to" -> "the nearest text of the central language is the translation";
          case "retrieval_from" -> "the nearest text to the central language's is the translation";
          case "cosine" -> "of a text and its translation";
          case "cosine_agnostic" -> "of both in the agnostic space";
          case "cosine_specific" -> "of both in the specific space";
          case "separability" -> "the language is recognised in the specific space";
          case "cka" -> "linear CKA with the central language";
          default -> "bits per UTF-8 byte of the text";
        };
    boolean bits = name.equals(BITS);
    boolean share = name.startsWith("retrieval");
    return new Metric(
        name,
        about,
        bits ? -1 : share ? 1 : 0,
        Double.NaN,
        last && (bits || name.equals("retrieval_to")));
  }
}
