package org.lensdl4j.lens.nn;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights of a language model in and out of a ComputationGraph, by Hugging Face name. */
public final class TransformerWeights {
  private TransformerWeights() {}

  /**
   * Fills every {@link TransformerDecoderBlock} and {@link FinalNormLayer} of a graph from a model.
   *
   * @param graph initialised
   * @param weights read one tensor at a time
   * @throws org.lensdl4j.model.base.ModelFormatException if a tensor is missing
   */
  public static void load(ComputationGraph graph, Weights weights) {
    of(graph, true)
        .forEach(
            (name, parameter) -> {
              try (INDArray read = weights.read(name)) {
                if (!read.equalShapes(parameter)) {
                  throw new IllegalArgumentException(
                      String.format(
                          Locale.ROOT,
                          "%s: the model has shape %s, the graph %s",
                          name,
                          read.shapeInfoToString(),
                          parameter.shapeInfoToString()));
                }
                parameter.assign(read);
              }
            });
  }

  /**
   * The weights of the graph's decoder blocks now, frozen ones included: views of the graph's own
   * parameters, for measuring or export. Do not close them.
   */
  public static Map<String, INDArray> trained(ComputationGraph graph) {
    return of(graph, false);
  }

  private static Map<String, INDArray> of(ComputationGraph graph, boolean finalNorm) {
    Map<String, INDArray> out = new LinkedHashMap<>();
    for (Layer layer : graph.getLayers()) {
      org.deeplearning4j.nn.conf.layers.Layer conf = unwrapped(layer.conf().getLayer());
      if (conf instanceof TransformerDecoderBlock block) {
        Map<String, String> tensors = block.tensors();
        layer.paramTable(false).forEach((key, p) -> out.put(tensors.get(key), p));
      } else if (finalNorm && conf instanceof FinalNormLayer norm) {
        Map<String, String> tensors = norm.tensors();
        layer.paramTable(false).forEach((key, p) -> out.put(tensors.get(key), p));
      }
    }
    if (out.isEmpty()) {
      throw new IllegalArgumentException(
          "this graph has no TransformerDecoderBlock among its layers");
    }
    return out;
  }

  static org.deeplearning4j.nn.conf.layers.Layer unwrapped(
      org.deeplearning4j.nn.conf.layers.Layer conf) {
    if (conf instanceof FrozenLayer f) {
      return f.getLayer();
    }
    return conf instanceof FrozenLayerWithBackprop f ? f.getUnderlying() : conf;
  }
}
