package org.lensdl4j.lens.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.TransformerLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A model's final norm, of the kind that its family has. Its weights are never trained: the method
 * leaves the final norm as it is (method.md section 3).
 *
 * <p>Input and output {@code [batch, time, hidden]}. Filled by {@link TransformerWeights#load}.
 */
public final class FinalNormLayer extends TextsLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty private String model;

  private FinalNormLayer() {
    // for Deeplearning4j's JSON
  }

  /** A norm of weight 1, with the configuration of the whole model. */
  public FinalNormLayer(ModelConfig config) {
    model = ModelJson.write(config);
  }

  private ModelConfig config() {
    return ModelJson.read(model, "FinalNormLayer " + layerName);
  }

  /** The tensors of this layer: Hugging Face names by name of the parameter. */
  Map<String, String> tensors() {
    Map<String, String> out = new LinkedHashMap<>();
    TransformerLayer.finalNormShapes(config()).keySet().forEach(n -> out.put(key(n), n));
    return out;
  }

  private static String key(String tensor) {
    return tensor.substring(tensor.lastIndexOf('.') + 1);
  }

  @Override
  public SDVariable defineLayer(
      SameDiff sd, SDVariable input, Map<String, SDVariable> params, SDVariable mask) {
    return TransformerLayer.finalNorm(sd, config(), input, name -> params.get(key(name)));
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.clear();
    TransformerLayer.finalNormShapes(config()).forEach((n, s) -> params.addBiasParam(key(n), s));
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    params.forEach((name, p) -> p.assign(name.equals("weight") ? 1 : 0));
  }

  /** No step at all. Deeplearning4j's NoOp would take the gradient itself for the step. */
  @Override
  public IUpdater getUpdaterByParam(String paramName) {
    return new Sgd(0.0);
  }

  @Override
  public List<Regularization> getRegularizationByParam(String paramName) {
    return List.of();
  }

  @Override
  public void validateInput(INDArray input) {
    HiddenFormat.requireTexts("FinalNormLayer " + layerName, input, config().hiddenSize());
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return HiddenFormat.same("FinalNormLayer " + layerName, inputType, config().hiddenSize());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FinalNormLayer o && super.equals(o) && model.equals(o.model);
  }

  @Override
  public int hashCode() {
    return model.hashCode();
  }
}
