package org.lensdl4j.model.graph;

import org.lensdl4j.model.config.ModelConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Texts side by side with a mask; positions and attention come from the mask. */
final class PaddedForm implements BatchForm {
  private final SameDiff sd;
  private final SDVariable rows;
  private final PaddedLayout layout;
  private final RowContext all;
  private final SDVariable choice;

  PaddedForm(
      SameDiff sd, ModelConfig config, GraphWeights weights, boolean tokens, boolean chooses) {
    this.sd = sd;
    SDVariable input =
        tokens
            ? sd.placeHolder(TransformerGraph.TOKENS, DataType.INT, -1, -1)
            : sd.placeHolder(TransformerGraph.HIDDEN, DataType.FLOAT, -1, -1, config.hiddenSize());
    SDVariable mask = sd.placeHolder(TransformerGraph.MASK, DataType.FLOAT, -1, -1);
    SDVariable bias = RelativeBias.table(config, weights);
    layout = new PaddedLayout(sd, config, input, mask, DataType.FLOAT, bias);
    rows =
        tokens
            ? EmbeddingGraph.rows(sd, config, weights, input, layout.learnedPositions(input))
            : sd.reshape(input, -1, config.hiddenSize());
    all = layout.context();
    choice = chooses ? sd.placeHolder(TransformerGraph.CHOICE, DataType.FLOAT, -1, -1) : null;
  }

  @Override
  public SDVariable rows() {
    return rows;
  }

  @Override
  public TokenLayout layout() {
    return layout;
  }

  @Override
  public RowContext all() {
    return all;
  }

  @Override
  public RowContext last() {
    return all;
  }

  @Override
  public SDVariable chosen(SDVariable computed) {
    return choice == null ? computed : sd.mmul(choice, computed);
  }

  @Override
  public SDVariable named(SDVariable computed, int width, boolean whole, String name) {
    if (!whole) {
      return computed.rename(name);
    }
    layout.unfold(computed, width).rename(name);
    return computed;
  }
}
