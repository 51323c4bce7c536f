package org.lensdl4j.model.graph;

import org.lensdl4j.model.config.ModelConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Texts one after another in one sequence of rows, see {@link RowBatch}: scores are {@code
 * [keyValueHeads, group * rows, rows]}, and the mask keeps the texts apart.
 */
final class PackedLayout implements TokenLayout {
  private final SameDiff sd;
  private final int heads;
  private final int keyValueHeads;
  private final int headDim;

  PackedLayout(SameDiff sd, ModelConfig config) {
    this.sd = sd;
    heads = config.heads();
    keyValueHeads = config.keyValueHeads();
    headDim = config.headDim();
  }

  @Override
  public SDVariable queries(SDVariable q) {
    SDVariable byHead = sd.permute(q, 1, 0, 2);
    return heads > keyValueHeads ? sd.reshape(byHead, keyValueHeads, -1, headDim) : byHead;
  }

  @Override
  public SDVariable keys(SDVariable k) {
    return sd.permute(k, 1, 2, 0);
  }

  @Override
  public SDVariable values(SDVariable v) {
    return sd.permute(sd.reshape(v, -1, keyValueHeads, headDim), 1, 0, 2);
  }

  @Override
  public int keyAxis() {
    return 2;
  }

  @Override
  public SDVariable rows(SDVariable mixed) {
    SDVariable byHead = heads > keyValueHeads ? sd.reshape(mixed, heads, -1, headDim) : mixed;
    return sd.reshape(sd.permute(byHead, 1, 0, 2), -1, heads * headDim);
  }
}
