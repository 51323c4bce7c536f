package org.lensdl4j.lens.steer;

import org.lensdl4j.model.trunk.StateEdit;

/** A steering in one language. */
final class Moves implements StateEdit {
  // By layer, null where nothing is moved: the whole move, or a direction of length 1.
  private final double[][] moves;
  private final float[][] rounded;
  private final double share;
  private final boolean restored;
  private final SteeringTokens tokens;

  /**
   * @param moves by layer, 0 to K, of which layer 0 and others may be null
   * @param share 0 if the moves are whole, else of the state's length
   */
  Moves(double[][] moves, double share, boolean restored, SteeringTokens tokens) {
    this.moves = moves;
    this.share = share;
    this.restored = restored;
    this.tokens = tokens;
    rounded = new float[moves.length][];
    for (int layer = 0; layer < moves.length; layer++) {
      if (moves[layer] != null) {
        rounded[layer] = new float[moves[layer].length];
        for (int i = 0; i < rounded[layer].length; i++) {
          rounded[layer][i] = (float) moves[layer][i];
        }
      }
    }
  }

  @Override
  public int lowest() {
    for (int layer = 0; layer < moves.length; layer++) {
      if (moves[layer] != null) {
        return layer;
      }
    }
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean changes(int layer) {
    return layer < moves.length && moves[layer] != null;
  }

  @Override
  public void apply(int layer, int position, boolean answer, float[] rows, int at) {
    // Only the head reads the last layer's states: there the first token's is as good as any.
    boolean spared = position == 0 && layer < moves.length - 1;
    if (!changes(layer) || spared || !tokens.has(answer)) {
      return;
    }
    if (share == 0 && !restored) {
      float[] move = rounded[layer];
      for (int i = 0; i < move.length; i++) {
        rows[at + i] += move[i];
      }
      return;
    }
    double[] move = moves[layer];
    double before = 0;
    for (int i = 0; i < move.length; i++) {
      before += (double) rows[at + i] * rows[at + i];
    }
    double scale = share == 0 ? 1 : share * Math.sqrt(before);
    double after = 0;
    for (int i = 0; i < move.length; i++) {
      double moved = rows[at + i] + scale * move[i];
      after += moved * moved;
    }
    double back = restored && after > 0 ? Math.sqrt(before / after) : 1;
    for (int i = 0; i < move.length; i++) {
      rows[at + i] = (float) (back * (rows[at + i] + scale * move[i]));
    }
  }
}
