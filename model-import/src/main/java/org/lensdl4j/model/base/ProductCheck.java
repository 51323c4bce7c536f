package org.lensdl4j.model.base;

import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A few products against plain Java. Libraries for linear algebra have multiplied wrongly without a
 * word on processors that their authors did not have (docs/nd4j-traps.md).
 *
 * <p>Factors are whole numbers whose sums floats hold exactly, and which shorter formats do not
 * hold: every kernel that is right gives the same bits. Of each product some elements are compared.
 */
final class ProductCheck {
  // Rows, columns, and what is summed over: off the sizes of kernels' blocks, and on them. With
  // the kernels that are known to be wrong the larger ones are.
  private static final int[][] SHAPES = {{5, 17, 9}, {33, 70, 65}, {16, 257, 128}};
  private static final int FIRST = 33 * 65;
  private static final int SECOND = 257 * 128;
  // A sum of 2^7 products stays below 2^24.
  private static final int LARGE = 2047;
  private static final int SMALL = 15;
  private static final int COMPARED = 32;

  private final SplittableRandom random = new SplittableRandom(1);
  // Beginnings of the same numbers serve for all factors.
  private final double[] a = numbers(FIRST, LARGE);
  private final double[] b = numbers(SECOND, SMALL);

  private ProductCheck() {}

  /** The first product that is wrong, in words. */
  static Optional<String> firstFault() {
    try (NativeThreads ignored = NativeThreads.single()) {
      ProductCheck check = new ProductCheck();
      Optional<String> fault = check.of(DataType.FLOAT);
      return fault.isPresent() ? fault : check.of(DataType.DOUBLE);
    }
  }

  private Optional<String> of(DataType type) {
    try (INDArray first = Nd4j.create(a, new long[] {FIRST}, type);
        INDArray second = Nd4j.create(b, new long[] {SECOND}, type)) {
      for (int[] shape : SHAPES) {
        for (int form = 0; form < 4; form++) {
          Optional<String> fault =
              of(first, second, shape[0], shape[1], shape[2], (form & 1) != 0, (form & 2) != 0);
          if (fault.isPresent()) {
            return fault;
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> of(
      INDArray first, INDArray second, int m, int n, int k, boolean turnFirst, boolean turnSecond) {
    INDArray left = turnFirst ? matrix(first, k, m) : matrix(first, m, k);
    INDArray right = turnSecond ? matrix(second, n, k) : matrix(second, k, n);
    try (INDArray product = Nd4j.createUninitializedDetached(first.dataType(), m, n)) {
      Nd4j.matmul(left, right, product, turnFirst, turnSecond, false);
      for (int c = 0; c < COMPARED; c++) {
        int i = random.nextInt(m);
        int j = random.nextInt(n);
        double expected = 0;
        for (int s = 0; s < k; s++) {
          expected += a[turnFirst ? s * m + i : i * k + s] * b[turnSecond ? j * k + s : s * n + j];
        }
        // One by one: reading whole products takes longer than multiplying.
        double found = product.data().getDouble((long) i * n + j);
        if (found != expected) {
          return Optional.of(
              String.format(
                  Locale.ROOT,
                  "%s of %dx%d and %dx%d%s%s: found %s, expected %s",
                  first.dataType(),
                  m,
                  k,
                  k,
                  n,
                  turnFirst ? ", first transposed" : "",
                  turnSecond ? ", second transposed" : "",
                  found,
                  expected));
        }
      }
    }
    return Optional.empty();
  }

  private static INDArray matrix(INDArray of, int rows, int columns) {
    return Nd4j.create(of.data(), new long[] {rows, columns}, new long[] {columns, 1}, 0);
  }

  private double[] numbers(int count, int largest) {
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = random.nextInt(-largest, largest + 1);
    }
    return out;
  }
}
