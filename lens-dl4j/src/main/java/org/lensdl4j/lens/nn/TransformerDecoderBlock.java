package org.lensdl4j.lens.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.TransformerLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * One decoder layer of a language model as a layer of a ComputationGraph: attention and MLP with
 * their norms and residuals, as {@link TransformerLayer} builds them.
 *
 * <p>Input and output {@code [batch, time, hidden]}, mask {@code [batch, time]} with padding on
 * either side. Parameters carry the model's names without the layer's number: {@code
 * self-attn.q-proj.W}, with hyphens for underscores, at which Deeplearning4j would split them, and
 * W for weight, by which its training UI knows whose update ratios to draw. Matrices are weights
 * ({@code [out, in]}), vectors count as biases, so that weight decay leaves norms alone. {@link
 * TransformerWeights#load} fills them from a model; until then matrices are random and norms 1.
 */
public final class TransformerDecoderBlock extends TextsLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty private String model;
  @JsonProperty private int layer;

  private TransformerDecoderBlock() {
    // for Deeplearning4j's JSON
  }

  /**
   * A decoder layer.
   *
   * @param config of the whole model
   * @param layer 1-based
   */
  public TransformerDecoderBlock(ModelConfig config, int layer) {
    config.requireDecoder("TransformerDecoderBlock");
    TransformerLayer.parameterShapes(config, layer);
    this.layer = layer;
    model = ModelJson.write(config);
  }

  /** The configuration of the whole model. */
  public ModelConfig config() {
    return ModelJson.read(model, "TransformerDecoderBlock " + layerName);
  }

  /** Which layer of the model, 1-based. */
  public int layer() {
    return layer;
  }

  private String key(String tensor) {
    var names = config().names();
    String own = names.prefix() + names.layers() + "." + (layer - 1) + ".";
    String local = tensor.startsWith(own) ? tensor.substring(own.length()) : tensor;
    return local.replaceFirst("\\.weight$", ".W").replace('_', '-');
  }

  /** The tensors of this layer: Hugging Face names by name of the parameter. */
  Map<String, String> tensors() {
    Map<String, String> out = new LinkedHashMap<>();
    TransformerLayer.parameterShapes(config(), layer).keySet().forEach(n -> out.put(key(n), n));
    return out;
  }

  @Override
  public SDVariable defineLayer(
      SameDiff sd, SDVariable input, Map<String, SDVariable> params, SDVariable mask) {
    return TransformerLayer.apply(sd, config(), layer, input, mask, name -> params.get(key(name)));
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.clear();
    TransformerLayer.parameterShapes(config(), layer)
        .forEach(
            (name, shape) -> {
              String key = key(name);
              if (shape.length > 1) {
                params.addWeightParam(key, shape);
              } else {
                params.addBiasParam(key, shape);
              }
            });
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    params.forEach(
        (name, p) -> {
          if (p.rank() > 1) {
            try (INDArray random = Nd4j.randn(p.dataType(), p.shape())) {
              p.assign(random.muli(1 / Math.sqrt(p.size(1))));
            }
          } else {
            p.assign(name.endsWith(".W") ? 1 : 0);
          }
        });
  }

  @Override
  public void validateInput(INDArray input) {
    HiddenFormat.requireTexts("TransformerDecoderBlock " + layerName, input, config().hiddenSize());
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return HiddenFormat.same(
        "TransformerDecoderBlock " + layerName, inputType, config().hiddenSize());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TransformerDecoderBlock o
        && super.equals(o)
        && model.equals(o.model)
        && layer == o.layer;
  }

  @Override
  public int hashCode() {
    return 31 * model.hashCode() + layer;
  }
}
