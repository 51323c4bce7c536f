package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Products of matrices. SameDiff multiplies equal ranks only, so the product with a weight is taken
 * over rows {@code [texts * positions, width]}.
 */
final class Matrices {
  private Matrices() {}

  static void register(Map<String, OnnxOperator> all) {
    all.put("MatMul", n -> multiply(n, n.value(0), n.input(0), n.value(1), n.input(1)));
    all.put("Gemm", Matrices::gemm);
  }

  static void multiply(OnnxNode n, OnnxValue a, SDVariable x, OnnxValue b, SDVariable y) {
    if (a.rank() < 1 || b.rank() < 1) {
      throw new IllegalArgumentException("found a scalar, expected matrices: " + a + ", " + b);
    }
    Dims dims = n.dims();
    List<Dim> left = new ArrayList<>(a.dims());
    List<Dim> right = new ArrayList<>(b.dims());
    if (left.size() == 1) {
      left.add(0, Dim.ONE);
    }
    if (right.size() == 1) {
      right.add(Dim.ONE);
    }
    Dim inner = left.get(left.size() - 1);
    Dim other = right.get(right.size() - 2);
    if (inner.isKnown() && other.isKnown() && !inner.equals(other)) {
      throw new IllegalArgumentException("sizes do not fit together: " + a + ", " + b);
    }
    Dim rows = left.get(left.size() - 2);
    Dim columns = right.get(right.size() - 1);
    SDVariable out;
    List<Dim> sizes;
    if (right.size() == 2) {
      List<Dim> batch = left.subList(0, left.size() - 1);
      sizes = new ArrayList<>(batch);
      sizes.add(columns);
      SDVariable flat = dims.reshape(x, List.of(Dim.product(batch), inner));
      SDVariable product =
          flat.mmul(left.size() == b.rank() || b.rank() == 2 ? y : dims.reshape(y, right));
      out = sizes.size() == 2 ? product : dims.reshape(product, sizes);
    } else {
      List<Dim> batch =
          Dims.broadcast(left.subList(0, left.size() - 2), right.subList(0, right.size() - 2));
      if (batch.contains(null)) {
        throw new IllegalArgumentException("found sizes that are known only at run time: " + a + b);
      }
      sizes = new ArrayList<>(batch);
      sizes.add(rows);
      sizes.add(columns);
      out =
          batched(dims, x, left, batch, rows, inner)
              .mmul(batched(dims, y, right, batch, other, columns));
    }
    if (a.rank() == 1 || b.rank() == 1) {
      List<Dim> less = new ArrayList<>(sizes);
      if (b.rank() == 1) {
        less.remove(less.size() - 1);
      }
      if (a.rank() == 1) {
        less.remove(less.size() - (b.rank() == 1 ? 1 : 2));
      }
      out = dims.reshape(out, less);
      sizes = less;
    }
    n.output(0, out, sizes);
  }

  private static SDVariable batched(
      Dims dims, SDVariable x, List<Dim> from, List<Dim> batch, Dim rows, Dim columns) {
    List<Dim> to = new ArrayList<>(batch);
    to.add(rows);
    to.add(columns);
    return dims.expand(x, from, to);
  }

  /** alpha A B + beta C, each of A and B transposed or not. */
  private static void gemm(OnnxNode n) {
    boolean turnA = n.integer("transA", 0) != 0;
    boolean turnB = n.integer("transB", 0) != 0;
    if (n.value(0).rank() != 2 || n.value(1).rank() != 2) {
      throw new IllegalArgumentException(
          "found " + n.value(0) + ", " + n.value(1) + ", expected two matrices");
    }
    SDVariable out = n.graph().mmul(n.input(0), n.input(1), turnA, turnB, false);
    float alpha = n.number("alpha", 1);
    out = alpha == 1 ? out : out.mul(alpha);
    if (n.has(2)) {
      float beta = n.number("beta", 1);
      out = out.add(beta == 1 ? n.input(2) : n.input(2).mul(beta));
    }
    n.output(
        0,
        out,
        List.of(n.value(0).dims().get(turnA ? 1 : 0), n.value(1).dims().get(turnB ? 0 : 1)));
  }
}
