package org.lensdl4j.model.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.lensdl4j.model.base.ModelFormatException;

/** Refuses NaN and infinity in weights when they are widened. */
final class FiniteCheck {
  private FiniteCheck() {}

  /**
   * Checks a run of elements.
   *
   * @param first index of {@code values[0]} in the tensor
   */
  static void check(StoredTensor tensor, long first, float[] values, int count) {
    // x * 0 is 0 for finite x and NaN otherwise: no branches, four independent sums.
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      a += values[i] * 0f;
      b += values[i + 1] * 0f;
      c += values[i + 2] * 0f;
      d += values[i + 3] * 0f;
    }
    for (; i < count; i++) {
      a += values[i] * 0f;
    }
    if (Float.isNaN(a + b + c + d)) {
      for (int j = 0; j < count; j++) {
        if (!Float.isFinite(values[j])) {
          throw new ModelFormatException(
              tensor.file().path()
                  + ": "
                  + tensor.info().name()
                  + " holds "
                  + values[j]
                  + " at element "
                  + index(first + j, tensor.info().shape())
                  + "; weights must be finite");
        }
      }
    }
  }

  private static List<Long> index(long flat, List<Long> shape) {
    List<Long> out = new ArrayList<>();
    long rest = flat;
    for (int i = shape.size() - 1; i >= 0; i--) {
      out.add(rest % shape.get(i));
      rest /= shape.get(i);
    }
    Collections.reverse(out);
    return out;
  }
}
