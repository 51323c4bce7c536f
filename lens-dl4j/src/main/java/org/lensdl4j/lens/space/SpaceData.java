package org.lensdl4j.lens.space;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.lensdl4j.model.base.Sha256;

/** The numbers of a language space as they stand in its file: tensors in C order. */
final class SpaceData {
  final int layers;
  final int languages;
  final int rank;
  final int agnosticRank;
  final int hiddenSize;
  final double[] specific; // [layers, r, d]
  final double[] agnostic; // [layers, q, d]
  final double[] mean; // [layers, L, d]
  final double[] direction; // [layers, L, d]

  /** [layers, d], or null if it is not known. */
  final double[] deviation;

  SpaceData(
      int layers, int languages, int rank, int agnosticRank, int hiddenSize, boolean deviations) {
    this.layers = layers;
    this.languages = languages;
    this.rank = rank;
    this.agnosticRank = agnosticRank;
    this.hiddenSize = hiddenSize;
    this.specific = new double[size(rank)];
    this.agnostic = new double[size(agnosticRank)];
    this.mean = new double[size(languages)];
    this.direction = new double[size(languages)];
    this.deviation = deviations ? new double[size(1)] : null;
  }

  private int size(int rows) {
    return Math.multiplyExact(layers, Math.multiplyExact(rows, hiddenSize));
  }

  void put(int layer, LayerFit fit) {
    put(specific, layer, fit.specific());
    put(agnostic, layer, fit.agnostic());
    put(mean, layer, fit.means());
    put(direction, layer, fit.directions());
  }

  void putDeviation(int layer, double[] values) {
    put(deviation, layer, new double[][] {values});
  }

  private void put(double[] tensor, int layer, double[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(
          rows[i], 0, tensor, ((layer - 1) * rows.length + i) * hiddenSize, hiddenSize);
    }
  }

  /** A copy of one row of a tensor with a given number of rows per layer. */
  double[] row(double[] tensor, int rows, int layer, int row) {
    int at = (Math.multiplyExact(layer - 1, rows) + row) * hiddenSize;
    return Arrays.copyOfRange(tensor, at, at + hiddenSize);
  }

  double[][] rows(double[] tensor, int rows, int layer) {
    double[][] out = new double[rows][];
    for (int i = 0; i < rows; i++) {
      out[i] = row(tensor, rows, layer, i);
    }
    return out;
  }

  boolean bitEquals(SpaceData o) {
    return layers == o.layers
        && languages == o.languages
        && rank == o.rank
        && agnosticRank == o.agnosticRank
        && hiddenSize == o.hiddenSize
        && Arrays.equals(specific, o.specific)
        && Arrays.equals(agnostic, o.agnostic)
        && Arrays.equals(mean, o.mean)
        && Arrays.equals(direction, o.direction)
        && Arrays.equals(deviation, o.deviation);
  }

  String sha256(String title) {
    Sha256 hash = new Sha256().add(title);
    for (double[] tensor : new double[][] {specific, agnostic, mean, direction, deviation}) {
      if (tensor == null) {
        continue;
      }
      ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(tensor.length, Double.BYTES));
      bytes.asDoubleBuffer().put(tensor);
      hash.add(bytes);
    }
    return hash.hex();
  }

  int bitHash() {
    return Arrays.hashCode(mean);
  }
}
