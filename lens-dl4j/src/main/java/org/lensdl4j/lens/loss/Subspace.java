package org.lensdl4j.lens.loss;

import java.util.Locale;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A subspace of the hidden states as functions of a SameDiff graph: attach them to any variable of
 * shape {@code [batch, hidden]} or {@code [batch, seq, hidden]}.
 *
 * <pre>{@code
 * Subspace specific = Subspace.of(sd, "specific", space.specificArray(30));
 * SDVariable without = specific.projectOut(hidden);
 * SDVariable steered = specific.steer(hidden, space.directionArray(30, "sw"), 0.5);
 * }</pre>
 *
 * No d x d projector is made: a projection is two thin products, {@code (h S) S^T}. All functions
 * have gradients with respect to the states; the basis is a constant.
 */
public final class Subspace {
  private final SameDiff sd;
  private final SDVariable basis;
  private final long directions;
  private final long hidden;

  private Subspace(SameDiff sd, SDVariable basis, long directions, long hidden) {
    this.sd = sd;
    this.basis = basis;
    this.directions = directions;
    this.hidden = hidden;
  }

  /**
   * Brings a subspace into a graph of FLOAT states.
   *
   * @param name of the constant that holds the basis; must be new in the graph
   * @param orthonormal rows {@code [directions, hidden]}; copied
   * @throws IllegalArgumentException if the rows are not orthonormal to 1e-4
   */
  public static Subspace of(SameDiff sd, String name, INDArray orthonormal) {
    return of(sd, name, orthonormal, DataType.FLOAT);
  }

  /**
   * Brings a subspace into a graph.
   *
   * @param type of the states
   */
  public static Subspace of(SameDiff sd, String name, INDArray orthonormal, DataType type) {
    if (orthonormal.rank() != 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "basis %s has rank %d, expected a matrix [directions, hidden]",
              name,
              orthonormal.rank()));
    }
    requireOrthonormal(name, orthonormal);
    double[][] rows = Losses.atLeastTwoRows(orthonormal.toDoubleMatrix());
    return new Subspace(
        sd, Losses.constant(sd, name, rows, type), orthonormal.size(0), orthonormal.size(1));
  }

  private static void requireOrthonormal(String name, INDArray rows) {
    long r = rows.size(0);
    for (long i = 0; i < r; i++) {
      for (long j = 0; j <= i; j++) {
        double dot = 0;
        for (long k = 0; k < rows.size(1); k++) {
          dot += rows.getDouble(i, k) * rows.getDouble(j, k);
        }
        if (!(Math.abs(dot - (i == j ? 1 : 0)) < 1e-4)) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "basis %s is not orthonormal: rows %d and %d have the product %.3g",
                  name,
                  i,
                  j,
                  dot));
        }
      }
    }
  }

  /** The part of the states inside, of the shape of {@code states}. */
  public SDVariable project(SDVariable states) {
    return like(states, sd.mmul(inner(rows(states)), basis));
  }

  /** The part of the states outside: {@code h - P h}. */
  public SDVariable projectOut(SDVariable states) {
    return states.sub(project(states));
  }

  /**
   * Takes off a share of the part inside: {@code h - lambda P h} (arXiv 2505.15257).
   *
   * @param lambda 0 leaves the states as they are, 1 projects them out
   */
  public SDVariable projectOut(SDVariable states, double lambda) {
    return states.sub(project(states).mul(lambda));
  }

  /** The same with a scalar of the graph, which may be trained. */
  public SDVariable projectOut(SDVariable states, SDVariable lambda) {
    return states.sub(project(states).mul(lambda));
  }

  /** {@code h + lambda delta} for every token: moves states along a direction. */
  public SDVariable steer(SDVariable states, INDArray direction, double lambda) {
    if (direction.length() != hidden) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the direction has %d values, expected the hidden size %d",
              direction.length(),
              hidden));
    }
    double[][] delta = {direction.reshape(hidden).mul(lambda).toDoubleVector()};
    SDVariable constant =
        Losses.constant(sd, sd.generateNewVarName("steer", 0), delta, basis.dataType());
    return like(states, rows(states).add(constant));
  }

  /**
   * Which part of each state's squared length lies inside, {@code [tokens]}, from 0 to 1; 0 for a
   * state of zeros.
   */
  public SDVariable energyShare(SDVariable states) {
    SDVariable rows = rows(states);
    SDVariable inside = sd.math.square(inner(rows)).sum(1);
    SDVariable all = sd.math.square(rows).sum(1);
    return inside.div(
        all.add(basis.dataType() == DataType.DOUBLE ? Double.MIN_NORMAL : Float.MIN_NORMAL));
  }

  /** Coordinates in the basis, {@code [tokens, directions]}. */
  public SDVariable coordinates(SDVariable states) {
    SDVariable all = inner(rows(states));
    // Without the column of the empty row. A sum, since SameDiff would drop an axis of size 1.
    return directions == 1 ? sd.reshape(all.sum(1), -1, 1) : all;
  }

  /** The same with a column of zeros beside a single one. */
  SDVariable inner(SDVariable rows) {
    return sd.mmul(rows, basis, false, true, false);
  }

  private SDVariable rows(SDVariable states) {
    return sd.reshape(states, -1, hidden);
  }

  private SDVariable like(SDVariable states, SDVariable rows) {
    return sd.reshape(rows, sd.shape(states));
  }
}
