package org.lensdl4j.lens.nn;

import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Matrices and vectors that configurations hold: copied, checked, and brought into a graph. */
final class Bases {
  private Bases() {}

  static double[][] copy(double[][] rows) {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }

  /** Orthonormal rows, checked to 1e-4. */
  static double[][] orthonormal(String name, double[][] rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: the basis is empty, expected rows [directions][hidden]", name));
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != rows[0].length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: row %d of the basis has %d values and row 0 has %d",
                name,
                i,
                rows[i].length,
                rows[0].length));
      }
      for (int j = 0; j <= i; j++) {
        double dot = 0;
        for (int k = 0; k < rows[i].length; k++) {
          dot += rows[i][k] * rows[j][k];
        }
        if (!(Math.abs(dot - (i == j ? 1 : 0)) < 1e-4)) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s: the basis is not orthonormal: rows %d and %d have the product %.3g",
                  name,
                  i,
                  j,
                  dot));
        }
      }
    }
    return copy(rows);
  }

  static double finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %s, expected a number", name, value));
    }
    return value;
  }

  /** {@code [rows, columns]} in the type of the network. */
  static INDArray array(double[][] rows, DataType type) {
    return Nd4j.createFromArray(rows).castTo(type);
  }

  /** {@code [1, columns]} in the type of the network. */
  static INDArray array(double[] row, DataType type) {
    return array(new double[][] {row}, type);
  }
}
