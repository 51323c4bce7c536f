package org.lensdl4j.lens.nn;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.lens.loss.LensTerms;
import org.lensdl4j.model.graph.QuietGradients;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The output layer of a Lens graph: central and target states in, the loss out. It is {@link
 * LensLoss} in the layer's own SameDiff graph; {@link LensLossFunction} is the same by hand, for
 * Deeplearning4j's output layers.
 *
 * <p>Input {@code [prompts, objective.width()]}, as {@link LanguagePooling} makes it; labels are
 * the same of the untouched model. Activations are the input. The score is the mean over prompts of
 * the weighted sum (an L1 or L2 penalty, if you add one, is divided by the prompts).
 */
public final class LensOutputLayer extends SameDiffOutputLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty private LensObjective objective;

  private LensOutputLayer() {
    // for Deeplearning4j's JSON
  }

  /** An output layer for an objective. */
  public LensOutputLayer(LensObjective objective) {
    if (objective == null) {
      throw new IllegalArgumentException("LensOutputLayer has no objective");
    }
    this.objective = objective;
  }

  /** What it trains for. */
  public LensObjective objective() {
    return objective;
  }

  @Override
  public SDVariable defineLayer(
      SameDiff sd, SDVariable input, SDVariable labels, Map<String, SDVariable> params) {
    OutputRows rows = new OutputRows(sd, objective, input, labels);
    LensTerms terms =
        LensLoss.of(
                Bases.array(objective.agnostic(), input.dataType()),
                Bases.array(objective.specific(), input.dataType()))
            .align(objective.align())
            .separate(objective.separate())
            .retain(objective.retain())
            .coordinates(objective.coordinates())
            .attach(sd, rows.inputs());
    // The sum over prompts: Deeplearning4j's layer divides the score by their number, its updater
    // the
    // gradient.
    SDVariable sum = terms.loss().mul("sum_over_prompts", rows.prompts());
    sd.setLossVariables(sum);
    QuietGradients.create(sd, List.of(input.name()));
    return sum;
  }

  @Override
  public String activationsVertexName() {
    return "input";
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.clear();
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    // has none
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return HiddenFormat.same("LensOutputLayer " + layerName, inputType, objective.width());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LensOutputLayer o && super.equals(o) && objective.equals(o.objective);
  }

  @Override
  public int hashCode() {
    return objective.hashCode();
  }
}
