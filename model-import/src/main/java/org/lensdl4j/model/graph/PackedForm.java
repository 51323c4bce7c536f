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
            ? sd.placeHolder(DecoderGraph.POSITIONS, DataType.INT, -1)
            : null;
    relativeBias = RelativeBias.table(config, weights);
    if (tokens) {
      SDVariable ids = sd.placeHolder(DecoderGraph.TOKENS, DataType.INT, -1);
      if (config.isEncoder()) {
        learned = EncoderPositions.packed(sd, config, ids, learned);
      }
      rows = EmbeddingGraph.rows(sd, config, weights, ids, learned);
    } else {
      rows = sd.placeHolder(DecoderGraph.HIDDEN, DataType.FLOAT, -1, config.hiddenSize());
    }
    layout = new PackedLayout(sd, config);
    keyPositions =
        positions == Positions.ALIBI
            ? sd.placeHolder(DecoderGraph.KEY_POSITIONS, DataType.FLOAT, 1, 1, -1)
            : null;
    all = context(config, null, "");
    last =
        chooses
            ? context(
                config,
                sd.placeHolder(DecoderGraph.CHOICE, DataType.FLOAT, -1, -1),
                DecoderGraph.CHOSEN)
            : all;
  }

  private RowContext context(ModelConfig config, SDVariable choice, String prefix) {
    Sight first = sight(config, prefix, prefix);
    Sight local =
        config.mixesWindows() ? sight(config, prefix, prefix + DecoderGraph.LOCAL) : first;
    return new RowContext(choice, first, local);
  }

  private Sight sight(ModelConfig config, String rows, String prefix) {
    boolean turns = config.structure().positions() == Positions.ROTARY;
    int d = config.headDim();
    List<Block> apart =
        blocks > 1 ? Block.placeHolders(sd, blocks, sharedStart, rows, prefix) : List.of();
    SDVariable mask =
        apart.isEmpty()
            ? sd.placeHolder(prefix + DecoderGraph.MASK, DataType.FLOAT, 1, -1, -1)
            : null;
    if (relativeBias != null) {
      SDVariable buckets = sd.placeHolder(prefix + DecoderGraph.BUCKETS, DataType.INT, -1, -1);
      // [asking, rows, heads] to [heads, asking, rows]
      mask = mask.add(sd.permute(sd.gather(relativeBias, buckets, 0), 2, 0, 1));
    }
    return new Sight(
        turns ? sd.placeHolder(prefix + DecoderGraph.COS, DataType.FLOAT, -1, 1, d) : null,
        turns ? sd.placeHolder(prefix + DecoderGraph.SIN, DataType.FLOAT, -1, 1, d) : null,
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
