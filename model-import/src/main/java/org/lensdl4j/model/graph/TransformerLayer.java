package org.lensdl4j.model.graph;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.function.Function;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.ParameterNames;
import org.lensdl4j.model.config.TensorShapes;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * One layer of a decoder or an encoder over padded batches, as operations of any SameDiff graph.
 *
 * <pre>{@code
 * SameDiff sd = SameDiff.create();
 * SDVariable hidden = sd.placeHolder("hidden", DataType.FLOAT, -1, -1, config.hiddenSize());
 * SDVariable mask = sd.placeHolder("mask", DataType.FLOAT, -1, -1);
 * SDVariable out = TransformerLayer.apply(sd, config, 30, hidden, mask, name -> sd.var(name, read(name)));
 * }</pre>
 */
public final class TransformerLayer {
  private static final String FINAL_NORM = "a final norm";

  private TransformerLayer() {}

  /**
   * Adds one layer to a graph. Batch size and length are read at run time; padding may stand on the
   * left or on the right. Positions count from each text's first token; causal, padding and sliding
   * window masks are computed in the graph. In an encoder every token sees all of its text. States
   * that come out at padding are finite and mean nothing.
   *
   * @param layer 1-based
   * @param hidden the states that enter the layer, {@code [batch, seq, hidden]}, FLOAT or DOUBLE
   * @param mask {@code [batch, seq]}, 1 for a token and 0 for padding, no gap between tokens; or
   *     null if there is no padding
   * @param weights variables or constants of the type of {@code hidden} by Hugging Face name, each
   *     asked for once: the names of {@link #parameterShapes}, and of an encoder with biases by
   *     distance {@link ParameterNames#relativeBiasWeight}, which must be a constant
   * @return the states that leave the layer, {@code [batch, seq, hidden]}
   */
  public static SDVariable apply(
      SameDiff sd,
      ModelConfig config,
      int layer,
      SDVariable hidden,
      SDVariable mask,
      Function<String, SDVariable> weights) {
    requireLayer(config, layer);
    SDVariable bias =
        config.names().relativeBias().isEmpty()
            ? null
            : weights.apply(config.names().relativeBiasWeight());
    PaddedLayout layout = new PaddedLayout(sd, config, hidden, mask, hidden.dataType(), bias);
    RowContext all = layout.context();
    LayerGraph layers =
        new LayerGraph(sd, config, weights, layout, LinearAdapter.NONE, hidden.dataType());
    SDVariable rows = sd.reshape(hidden, -1, config.hiddenSize());
    return layout.unfold(layers.layer(layer, rows, all, all), config.hiddenSize());
  }

  /**
   * The weights of one layer.
   *
   * @param layer 1-based
   * @return shapes by Hugging Face name (there, layers count from 0), matrices {@code [out, in]}
   */
  public static LinkedHashMap<String, long[]> parameterShapes(ModelConfig config, int layer) {
    requireLayer(config, layer);
    LinkedHashMap<String, long[]> out = new LinkedHashMap<>();
    TensorShapes.layer(config, layer - 1)
        .forEach((name, shape) -> out.put(name, shape.stream().mapToLong(n -> n).toArray()));
    return out;
  }

  /**
   * Adds the norm that follows the last layer.
   *
   * @param hidden {@code [batch, seq, hidden]}
   * @param weights by the names of {@link #finalNormShapes}
   * @return {@code [batch, seq, hidden]}
   * @throws org.lensdl4j.model.base.ModelFormatException if the model is an encoder
   */
  public static SDVariable finalNorm(
      SameDiff sd, ModelConfig config, SDVariable hidden, Function<String, SDVariable> weights) {
    config.requireDecoder(FINAL_NORM);
    SDVariable rows = sd.reshape(hidden, -1, config.hiddenSize());
    SDVariable normed = new NormGraph(sd, config, weights).of(rows, config.names().finalNormStem());
    return sd.reshape(normed, sd.shape(hidden));
  }

  /** The weights of the norm that follows the last layer: shapes by Hugging Face name. */
  public static LinkedHashMap<String, long[]> finalNormShapes(ModelConfig config) {
    config.requireDecoder(FINAL_NORM);
    LinkedHashMap<String, long[]> out = new LinkedHashMap<>();
    String stem = config.names().finalNormStem();
    out.put(stem + ".weight", new long[] {config.hiddenSize()});
    if (config.structure().norm().bias()) {
      out.put(stem + ".bias", new long[] {config.hiddenSize()});
    }
    return out;
  }

  private static void requireLayer(ModelConfig config, int layer) {
    if (layer < 1 || layer > config.layers()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "layer %d: a model of %d layers has layers 1 to %d",
              layer,
              config.layers(),
              config.layers()));
    }
  }
}
