package org.lensdl4j.lens.nn;

import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random objectives and rows. */
final class Objectives {
  private Objectives() {}

  static LensObjective random(
      Random random, int targets, int hidden, int rank, boolean pivotAtReference) {
    return random(random, targets, hidden, rank, pivotAtReference, null);
  }

  static LensObjective random(
      Random random,
      int targets,
      int hidden,
      int rank,
      boolean pivotAtReference,
      double[] deviation) {
    double[][] basis = orthonormal(random, rank + 1, hidden);
    String[] languages = new String[targets + 1];
    double[][] moves = new double[targets][rank];
    for (int l = 0; l < languages.length; l++) {
      languages[l] = "l" + l;
    }
    for (double[] move : moves) {
      for (int i = 0; i < rank; i++) {
        move[i] = random.nextGaussian();
      }
    }
    return new LensObjective(
        languages,
        new double[][] {basis[rank]},
        java.util.Arrays.copyOf(basis, rank),
        moves,
        0.7,
        1.3,
        0.9,
        pivotAtReference,
        deviation);
  }

  static INDArray normal(Random random, DataType type, long... shape) {
    INDArray out = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < out.length(); i++) {
      out.putScalar(i, random.nextGaussian());
    }
    return out.castTo(type);
  }

  static double[][] orthonormal(Random random, int rows, int columns) {
    double[][] out = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[i][j] = random.nextGaussian();
      }
      for (int k = 0; k < i; k++) {
        double dot = dot(out[i], out[k]);
        for (int j = 0; j < columns; j++) {
          out[i][j] -= dot * out[k][j];
        }
      }
      double norm = Math.sqrt(dot(out[i], out[i]));
      for (int j = 0; j < columns; j++) {
        out[i][j] /= norm;
      }
    }
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
