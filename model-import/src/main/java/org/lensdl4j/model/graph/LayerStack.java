package org.lensdl4j.model.graph;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.model.config.ModelConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Layers one on the other, with a name for each state that a user may read. */
final class LayerStack {
  private static final String NORMED = "final_norm";

  private final ModelConfig config;
  private final BatchForm form;
  private final boolean chooses;
  private final LayerGraph layers;
  private final List<String> taps = new ArrayList<>();
  private SDVariable rows;
  private boolean chosen;
  private String output;

  LayerStack(
      SameDiff sameDiff,
      ModelConfig config,
      GraphWeights weights,
      BatchForm form,
      boolean chooses,
      LinearAdapter adapter) {
    this.config = config;
    this.form = form;
    this.chooses = chooses;
    layers = new LayerGraph(sameDiff, config, weights::get, form.layout(), adapter, DataType.FLOAT);
    rows = form.rows();
  }

  /** Lays a layer on top; the last one yields the chosen rows only. */
  void add(int layer, boolean last) {
    SDVariable after = layers.layer(layer, rows, form.all(), last ? form.last() : form.all());
    rows = last ? form.chosen(after) : after;
    chosen = last && chooses;
    output = TransformerGraph.tap(layer);
    rows = publish(rows, config.hiddenSize(), output);
  }

  /** The final norm, if there is one, and the head. */
  void finish(boolean head) {
    if (config.names().finalNorm().isEmpty()) {
      return;
    }
    output = NORMED;
    rows = publish(layers.norm(rows, config.names().finalNormStem()), config.hiddenSize(), output);
    if (head) {
      publish(layers.head(rows), config.vocabSize(), TransformerGraph.LOGITS);
    }
  }

  private SDVariable publish(SDVariable states, int width, String name) {
    taps.add(name);
    return form.named(states, width, !chosen, name);
  }

  SDVariable scores(SDVariable states) {
    return layers.head(states);
  }

  List<String> taps() {
    return taps;
  }

  String output() {
    return output;
  }
}
