package org.lensdl4j.model.graph;

import java.util.List;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Positions;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Rows as {@link RowBatch} lays them out; positions and masks are placeholders. */
final class PackedForm implements BatchForm {
  private final SameDiff sd;
  private final SDVariable rows;
  private final TokenLayout layout;
  private final RowContext all;
  private final RowContext last;
  private final SDVariable keyPositions;
  // Of encoders with biases by distance, [buckets, heads]; else null.
  private final SDVariable relativeBias;
  private final int blocks;
  private final boolean sharedStart;

  /**
   * @param blocks groups of texts that attend apart; 1 for all together
   * @param sharedStart whether batches have tokens that all texts share, which blocks must know
   */
  PackedForm(
      SameDiff sd,
      ModelConfig config,
      GraphWeights weights,
      boolean tokens,
      boolean chooses,
      int blocks,
      boolean sharedStart) {
    this.sd = sd;
    this.blocks = blocks;
    this.sharedStart = sharedStart;
    Positions positions = config.structure().positions();
    SDVariable learned =
        positions == Positions.LEARNED
            ? sd.placeHolder(TransformerGraph.POSITIONS, DataType.INT, -1)
            : null;
    relativeBias = RelativeBias.table(config, weights);
    if (tokens) {
      SDVariable ids = sd.placeHolder(TransformerGraph.TOKENS, DataType.INT, -1);
      if (config.isEncoder()) {
        learned = EncoderPositions.packed(sd, config, ids, learned);
      }
      rows = EmbeddingGraph.rows(sd, config, weights, ids, learned);
    } else {
      rows = sd.placeHolder(TransformerGraph.HIDDEN, DataType.FLOAT, -1, config.hiddenSize());
    }
    layout = new PackedLayout(sd, config);
    keyPositions =
        positions == Positions.ALIBI
            ? sd.placeHolder(TransformerGraph.KEY_POSITIONS, DataType.FLOAT, 1, 1, -1)
            : null;
    all = context(config, null, "");
    last =
        chooses
            ? context(
                config,
                sd.placeHolder(TransformerGraph.CHOICE, DataType.FLOAT, -1, -1),
                TransformerGraph.CHOSEN)
            : all;
  }

  private RowContext context(ModelConfig config, SDVariable choice, String prefix) {
    AttentionInputs first = attentionInputs(config, prefix, prefix);
    AttentionInputs local =
        config.mixesWindows()
            ? attentionInputs(config, prefix, prefix + TransformerGraph.LOCAL)
            : first;
    return new RowContext(choice, first, local);
  }

  private AttentionInputs attentionInputs(ModelConfig config, String rows, String prefix) {
    boolean turns = config.structure().positions() == Positions.ROTARY;
    int d = config.headDim();
    List<Block> apart =
        blocks > 1 ? Block.placeHolders(sd, blocks, sharedStart, rows, prefix) : List.of();
    SDVariable mask =
        apart.isEmpty()
            ? sd.placeHolder(prefix + TransformerGraph.MASK, DataType.FLOAT, 1, -1, -1)
            : null;
    if (relativeBias != null) {
      SDVariable buckets = sd.placeHolder(prefix + TransformerGraph.BUCKETS, DataType.INT, -1, -1);
      // [asking, rows, heads] to [heads, asking, rows]
      mask = mask.add(sd.permute(sd.gather(relativeBias, buckets, 0), 2, 0, 1));
    }
    return new AttentionInputs(
        turns ? sd.placeHolder(prefix + TransformerGraph.COS, DataType.FLOAT, -1, 1, d) : null,
        turns ? sd.placeHolder(prefix + TransformerGraph.SIN, DataType.FLOAT, -1, 1, d) : null,
        mask,
        keyPositions,
        apart);
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
    return last;
  }

  @Override
  public SDVariable chosen(SDVariable computed) {
    return computed;
  }

  @Override
  public SDVariable named(SDVariable computed, int width, boolean whole, String name) {
    return computed.rename(name);
  }
}
