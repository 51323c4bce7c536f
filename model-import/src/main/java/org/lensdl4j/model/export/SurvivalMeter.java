package org.lensdl4j.model.export;

import java.util.function.DoubleUnaryOperator;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.Halves;
import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.TensorForm;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares what a tensor becomes in a file with what it was and what training made of it. */
final class SurvivalMeter {
  private static final int CHUNK = 1 << 18;

  private final INDArray original;
  private final DoubleUnaryOperator reader;
  private final float[] before;
  private final double[] wanted;
  private final double[] got;
  private Survival sum = Survival.NOTHING;

  private SurvivalMeter(INDArray original, DoubleUnaryOperator reader) {
    int chunk = (int) Math.min(CHUNK, original.length());
    this.original = original;
    this.reader = reader;
    before = new float[chunk];
    wanted = new double[chunk];
    got = new double[chunk];
  }

  /**
   * Encodes a trained tensor and decodes it again.
   *
   * @param original before training, FLOAT, in the order of the file
   * @param trained of the same shape and order
   * @param readAs what a reader rounds all tensors to, the original's too: F32, F16 or BF16
   */
  static Survival stored(INDArray original, INDArray trained, TensorForm form, DType readAs) {
    SurvivalMeter meter = new SurvivalMeter(original, reader(readAs));
    form.thereAndBack(trained, meter::add);
    return meter.sum;
  }

  /** Of two differences from an original: what was wanted, and what came of it. */
  static Survival differences(INDArray wanted, INDArray got) {
    try (INDArray zero = wanted.mul(0)) {
      SurvivalMeter meter = new SurvivalMeter(zero, reader(DType.F32));
      float[] values = new float[meter.before.length];
      float[] other = new float[values.length];
      for (long at = 0; at < wanted.length(); at += values.length) {
        int n = (int) Math.min(values.length, wanted.length() - at);
        HostArrays.get(wanted, at, values, 0, n);
        HostArrays.get(got, at, other, 0, n);
        meter.add(at, values, other, n);
      }
      return meter.sum;
    }
  }

  private static DoubleUnaryOperator reader(DType type) {
    return switch (type) {
      case F16 -> x -> Halves.f16ToFloat(Halves.floatToF16((float) x));
      case BF16 -> x -> Halves.bf16ToFloat(Halves.floatToBf16((float) x));
      default -> x -> x;
    };
  }

  private void add(long at, float[] trained, float[] stored, int count) {
    HostArrays.get(original, at, before, 0, count);
    for (int i = 0; i < count; i++) {
      wanted[i] = (double) trained[i] - before[i];
      got[i] = reader.applyAsDouble(stored[i]) - reader.applyAsDouble(before[i]);
    }
    sum = sum.plus(Survival.of(wanted, got, count));
  }
}
