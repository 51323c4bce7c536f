package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Sums, means and the like along axes. Axes always count from the front: see nd4j-traps.md. */
final class Reductions {
  private Reductions() {}

  private interface Reduction {
    SDVariable apply(SameDiff g, SDVariable x, boolean keep, int... axes);
  }

  static void register(Map<String, OnnxOperator> all) {
    put(all, "ReduceMean", (g, x, keep, axes) -> g.mean(x, keep, axes));
    put(all, "ReduceSum", (g, x, keep, axes) -> g.sum(x, keep, axes));
    put(all, "ReduceMax", (g, x, keep, axes) -> g.max(x, keep, axes));
    put(all, "ReduceMin", (g, x, keep, axes) -> g.min(x, keep, axes));
    put(all, "ReduceProd", (g, x, keep, axes) -> g.prod(x, keep, axes));
    put(
        all,
        "ReduceL2",
        (g, x, keep, axes) -> g.math().sqrt(g.sum(g.math().square(x), keep, axes)));
    put(all, "ReduceSumSquare", (g, x, keep, axes) -> g.sum(g.math().square(x), keep, axes));
    all.put("ArgMax", n -> extreme(n, true));
    all.put("ArgMin", n -> extreme(n, false));
    all.put("CumSum", Reductions::cumSum);
  }

  private static void put(Map<String, OnnxOperator> all, String name, Reduction reduction) {
    all.put(
        name,
        n -> {
          long[] given = n.integers("axes", 1);
          boolean none = given == null || given.length == 0;
          if (none && n.integer("noop_with_empty_axes", 0) != 0) {
            n.output(0, n.value(0));
            return;
          }
          boolean keep = n.integer("keepdims", 1) != 0;
          int rank = n.value(0).rank();
          int[] axes = none ? every(rank) : axes(given, rank);
          n.output(0, apply(reduction, n, keep, axes), reduced(n.value(0).dims(), keep, axes));
        });
  }

  /**
   * Matrices are reduced as a stack of one: SameDiff fails with a NullPointerException where it
   * reduces an axis of size 1 of a matrix that is a row or a column.
   */
  private static SDVariable apply(Reduction reduction, OnnxNode n, boolean keep, int... axes) {
    List<Dim> dims = n.value(0).dims();
    if (dims.size() != 2) {
      return reduction.apply(n.graph(), n.input(0), keep, axes);
    }
    List<Dim> stack = List.of(Dim.ONE, dims.get(0), dims.get(1));
    int[] later = java.util.Arrays.stream(axes).map(a -> a + 1).toArray();
    SDVariable out = reduction.apply(n.graph(), n.dims().reshape(n.input(0), stack), true, later);
    return n.dims().reshape(out, reduced(dims, keep, axes));
  }

  private static int[] every(int rank) {
    return java.util.stream.IntStream.range(0, rank).toArray();
  }

  private static int[] axes(long[] given, int rank) {
    return java.util.Arrays.stream(given).mapToInt(a -> OnnxNode.axis(a, rank)).sorted().toArray();
  }

  private static List<Dim> reduced(List<Dim> dims, boolean keep, int... axes) {
    List<Dim> out = new ArrayList<>(dims);
    for (int i = axes.length - 1; i >= 0; i--) {
      if (keep) {
        out.set(axes[i], Dim.ONE);
      } else {
        out.remove(axes[i]);
      }
    }
    return out;
  }

  private static void extreme(OnnxNode n, boolean largest) {
    int axis = OnnxNode.axis(n.integer("axis", 0), n.value(0).rank());
    boolean keep = n.integer("keepdims", 1) != 0;
    SDVariable found =
        largest
            ? n.graph().argmax(n.input(0), keep, axis)
            : n.graph().argmin(n.input(0), keep, axis);
    SDVariable longs = found.dataType() == DataType.LONG ? found : found.castTo(DataType.LONG);
    n.output(0, longs, reduced(n.value(0).dims(), keep, axis));
  }

  private static void cumSum(OnnxNode n) {
    int axis = OnnxNode.axis(n.integers("axis", 1)[0], n.value(0).rank());
    // SameDiff sums floats only; a double holds every whole number that a length or id can be.
    boolean whole = n.value(0).type().isIntType();
    SDVariable x = whole ? n.input(0).castTo(DataType.DOUBLE) : n.input(0);
    SDVariable sums =
        n.graph().cumsum(x, n.integer("exclusive", 0) != 0, n.integer("reverse", 0) != 0, axis);
    n.output(whole ? sums.castTo(n.value(0).type()) : sums);
  }
}
