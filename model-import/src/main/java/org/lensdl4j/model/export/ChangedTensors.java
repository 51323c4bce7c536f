package org.lensdl4j.model.export;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.TensorForm;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks tensors before they are written. */
final class ChangedTensors {
  /** From here on half precision rounds to infinity. */
  private static final float F16_OVERFLOW = 65520;

  private static final float BF16_OVERFLOW = Float.intBitsToFloat(0x7f7f8000);

  private ChangedTensors() {}

  /** The type in which a tensor is exported that has no other type to get. */
  static DType targetType(DType stored) {
    return stored.isQuantised() ? DType.F32 : stored;
  }

  /** Checks names and shapes. */
  static void check(Weights weights, Map<String, INDArray> changed) {
    new OverlayWeights(weights, changed).close();
  }

  /** Checks that every value is finite and stays so when rounded. */
  static void check(Map<String, INDArray> changed, Function<String, TensorForm> forms) {
    changed.forEach((name, array) -> check(name, array, forms.apply(name).dtype()));
  }

  private static void check(String name, INDArray array, DType dtype) {
    float limit =
        switch (dtype) {
          case F16 -> F16_OVERFLOW;
          case BF16 -> BF16_OVERFLOW;
          default -> Float.POSITIVE_INFINITY;
        };
    float[] values = new float[(int) Math.min(1 << 18, array.length())];
    for (long at = 0; at < array.length(); at += values.length) {
      int n = (int) Math.min(values.length, array.length() - at);
      HostArrays.get(array, at, values, 0, n);
      for (int i = 0; i < n; i++) {
        if (!(Math.abs(values[i]) < limit)) {
          throw new ModelFormatException(
              String.format(
                  Locale.ROOT,
                  "%s was changed to %s at element %d, which %s cannot hold; nothing was written",
                  name,
                  values[i],
                  at + i,
                  dtype));
        }
      }
    }
  }
}
