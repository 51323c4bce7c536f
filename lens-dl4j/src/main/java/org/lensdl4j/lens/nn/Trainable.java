package org.lensdl4j.lens.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.samediff.SameDiffGraphVertex;

/** Checks that training a graph would change any weight. */
final class Trainable {
  private Trainable() {}

  static ComputationGraph require(ComputationGraph graph) {
    List<String> vertices = new ArrayList<>();
    for (GraphVertex v : graph.getVertices()) {
      if (v instanceof SameDiffGraphVertex) {
        vertices.add(v.getVertexName());
      }
    }
    if (graph.numParams() == 0) {
      throw new IllegalArgumentException(
          "this graph has no parameters in layers, so that fit() would return without doing anything"
              + (vertices.isEmpty()
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      ": Deeplearning4j 1.0.0-M2.1 does not count those of the SameDiff vertices %s; use layers, such as TransformerDecoderBlock",
                      vertices)));
    }
    var configuration = graph.getConfiguration();
    if (!vertices.isEmpty()
        && (configuration.getTrainingWorkspaceMode() != WorkspaceMode.NONE
            || configuration.getInferenceWorkspaceMode() != WorkspaceMode.NONE)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "this graph has the SameDiff vertices %s and workspaces, with which Deeplearning4j 1.0.0-M2.1 crashes: set WorkspaceMode.NONE for training and inference",
              vertices));
    }
    List<String> frozen = new ArrayList<>();
    for (Layer layer : graph.getLayers()) {
      var conf = layer.conf().getLayer();
      boolean fixed =
          // Its conf() is the frozen layer's own.
          layer instanceof FrozenLayer
              || layer instanceof FrozenLayerWithBackprop
              || conf instanceof FinalNormLayer;
      if (layer.numParams() > 0 && !fixed) {
        return graph;
      }
      if (layer.numParams() > 0) {
        frozen.add(conf.getLayerName());
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT, "all layers of this graph that have parameters are frozen: %s", frozen));
  }
}
