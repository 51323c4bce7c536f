package org.lensdl4j.model.graph;

import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Rotary;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Texts side by side, {@code [batch, seq]}, padded on either side: rows are {@code batch * seq},
 * scores {@code [batch, keyValueHeads, group * seq, seq]}. Batch and length are read at run time.
 */
final class PaddedLayout implements TokenLayout {
  /** Far below every score, and finite: a row of infinities would make softmax NaN. */
  private static final double HIDDEN_FROM = 1e9;

  private final SameDiff sd;
  private final ModelConfig config;
  private final DataType type;
  private final SDVariable batch;
  private final SDVariable seq;

  /** One for each token, zero for padding, {@code [batch, seq]}. */
  private final SDVariable present;

  // Of encoders with biases by distance, [buckets, heads]; else null.
  private final SDVariable relativeBias;

  /**
   * @param like a variable whose first two axes are batch and seq
   * @param mask {@code [batch, seq]}, above 0 for a token; or null if all are tokens
   * @param type of the states
   * @param relativeBias biases by distance, {@code [buckets, heads]}; null without
   */
  PaddedLayout(
      SameDiff sd,
      ModelConfig config,
      SDVariable like,
      SDVariable mask,
      DataType type,
      SDVariable relativeBias) {
    this.sd = sd;
    this.relativeBias = relativeBias;
    this.config = config;
    this.type = type;
    SDVariable sizes = sd.shape(like);
    batch = sd.slice(sizes, new int[] {0}, 1);
    seq = sd.slice(sizes, new int[] {1}, 1);
    // Through a comparison: no gradient may run into the mask.
    present = mask == null ? sd.fill(shape(batch, seq), type, 1) : mask.gt(0).castTo(type);
  }

  /** A shape of sizes known now (numbers) and at run time (variables). */
  private SDVariable shape(Object... sizes) {
    SDVariable[] parts = new SDVariable[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      parts[i] =
          sizes[i] instanceof SDVariable v
              ? v
              : sd.constant(Nd4j.createFromArray(((Number) sizes[i]).longValue()));
    }
    return sd.concat(0, parts);
  }

  /** {@code [batch * seq, width]} as {@code [batch, seq, width]}. */
  SDVariable unfold(SDVariable rows, int width) {
    return sd.reshape(rows, shape(batch, seq, width));
  }

  /**
   * Row numbers of a table of positions, INT {@code [batch, seq]}; padding has some of them.
   *
   * @param ids INT {@code [batch, seq]}
   */
  SDVariable learnedPositions(SDVariable ids) {
    if (config.isEncoder() && config.structure().encoder().padding() >= 0) {
      return EncoderPositions.padded(sd, config, ids, present);
    }
    SDVariable position = position();
    return position.mul(position.gte(0).castTo(type)).castTo(DataType.INT);
  }

  private SDVariable position() {
    return sd.cumsum(present, false, false, 1).sub(1);
  }

  /** Positions, counted from each text's first token, and attention masks. */
  RowContext context() {
    if (!config.mixesWindows()) {
      AttentionInputs everywhere = attentionInputs(config.window(0), config.rotary(0));
      return new RowContext(null, everywhere, everywhere);
    }
    Rotary other = config.structure().localRotary();
    return new RowContext(
        null,
        attentionInputs(0, config.rotary()),
        attentionInputs(config.slidingWindow(), other == null ? config.rotary() : other));
  }

  private AttentionInputs attentionInputs(int window, Rotary rotary) {
    SDVariable position = position();
    return switch (config.structure().positions()) {
      case ROTARY -> turned(position, rotary, mask(window));
      case LEARNED -> new AttentionInputs(null, null, mask(window), null);
      case ALIBI ->
          new AttentionInputs(
              null, null, mask(window), sd.reshape(position, shape(batch, 1, 1, seq)));
    };
  }

  private AttentionInputs turned(SDVariable position, Rotary rotary, SDVariable mask) {
    int d = config.headDim();
    SDVariable at = sd.reshape(position, -1, 1);
    SDVariable angle = at.mul(row(frequencies(rotary, false)));
    if (rotary.scaling() == Rotary.Scaling.LONGROPE) {
      SDVariable tokens = present.sum(true, 1).mul(sd.fill(shape(batch, seq), type, 1));
      SDVariable isLong = tokens.gt(rotary.originalMaxPositions()).castTo(type);
      SDVariable longer = at.mul(row(frequencies(rotary, true)));
      angle = angle.add(sd.reshape(isLong, -1, 1).mul(longer.sub(angle)));
    }
    SDVariable cos = sd.math.cos(angle);
    SDVariable sin = sd.math.sin(angle);
    if (rotary.amplitude() != 1) {
      SDVariable amplitude = row(RowBatch.amplitudes(config, rotary));
      cos = cos.mul(amplitude);
      sin = sin.mul(amplitude);
    }
    return new AttentionInputs(sd.reshape(cos, -1, 1, d), sd.reshape(sin, -1, 1, d), mask, null);
  }

  private double[] frequencies(Rotary rotary, boolean longText) {
    return RowBatch.frequencies(config, rotary, longText);
  }

  private SDVariable row(double[] values) {
    INDArray array = Nd4j.createFromArray(new double[][] {values}).castTo(type);
    return sd.constant(array);
  }

  private SDVariable mask(int window) {
    SDVariable index = sd.cumsum(sd.fill(shape(batch, seq), type, 1), false, false, 1);
    SDVariable from = sd.reshape(index, shape(batch, seq, 1));
    SDVariable distance = from.sub(sd.reshape(index, shape(batch, 1, seq)));
    SDVariable key = sd.reshape(present, shape(batch, 1, seq));
    if (config.isEncoder()) {
      return bidirectional(distance, key);
    }
    SDVariable sees = distance.gte(0).castTo(type);
    if (window > 0) {
      sees = sees.mul(distance.lt(window).castTo(type));
    }
    // Padding sees itself: softmax over a row without anything to see is NaN in DOUBLE.
    sees = sees.mul(key).add(distance.eq(0).castTo(type).mul(key.rsub(1)));
    SDVariable added = sees.sub(1).mul(HIDDEN_FROM);
    int group = config.heads() / config.keyValueHeads();
    SDVariable[] each = new SDVariable[group];
    java.util.Arrays.fill(each, added);
    SDVariable stacked = group == 1 ? added : sd.concat(1, each);
    return sd.reshape(stacked, shape(batch, 1, -1, seq));
  }

  /** All tokens of a text, and biases by distance: {@code [batch, 1 or heads, seq, seq]}. */
  private SDVariable bidirectional(SDVariable distance, SDVariable key) {
    SDVariable sees = key.add(distance.eq(0).castTo(type).mul(key.rsub(1)));
    SDVariable mask = sd.reshape(sees.sub(1).mul(HIDDEN_FROM), shape(batch, 1, seq, seq));
    return relativeBias == null ? mask : mask.add(RelativeBias.padded(sd, relativeBias, places()));
  }

  /** Places in a text, {@code [seq]}; which is the first does not matter. */
  private SDVariable places() {
    return sd.cumsum(sd.fill(seq, type, 1), false, false, 0);
  }

  @Override
  public SDVariable queries(SDVariable q) {
    SDVariable byHead =
        sd.permute(sd.reshape(q, shape(batch, seq, config.heads(), config.headDim())), 0, 2, 1, 3);
    return config.heads() > config.keyValueHeads()
        ? sd.reshape(byHead, shape(batch, config.keyValueHeads(), -1, config.headDim()))
        : byHead;
  }

  @Override
  public SDVariable keys(SDVariable k) {
    return sd.permute(
        sd.reshape(k, shape(batch, seq, config.keyValueHeads(), config.headDim())), 0, 2, 3, 1);
  }

  @Override
  public SDVariable values(SDVariable v) {
    return sd.permute(
        sd.reshape(v, shape(batch, seq, config.keyValueHeads(), config.headDim())), 0, 2, 1, 3);
  }

  @Override
  public int keyAxis() {
    return 3;
  }

  @Override
  public SDVariable rows(SDVariable mixed) {
    SDVariable byHead =
        config.heads() > config.keyValueHeads()
            ? sd.reshape(mixed, shape(batch, config.heads(), -1, config.headDim()))
            : mixed;
    return sd.reshape(sd.permute(byHead, 0, 2, 1, 3), -1, config.heads() * config.headDim());
  }
}
