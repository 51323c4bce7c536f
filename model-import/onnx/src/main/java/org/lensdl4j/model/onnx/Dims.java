package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Sizes of one graph, and the few operations that need them at run time. */
final class Dims {
  private final SameDiff graph;
  private final Map<List<Object>, Dim> derived = new HashMap<>();
  private final Map<String, SDVariable> shapes = new HashMap<>();
  private final Map<Dim, SDVariable> parts = new HashMap<>();
  private final Map<List<Dim>, SDVariable> vectors = new HashMap<>();
  private int atoms;

  Dims(SameDiff graph) {
    this.graph = graph;
  }

  SameDiff graph() {
    return graph;
  }

  /** The size of a variable along an axis. */
  Dim atom(String name, SDVariable source, int axis) {
    return Dim.of(new Dim.Atom(atoms++, name, source, axis));
  }

  Dim add(Dim a, Dim b) {
    if (a.is(0)) {
      return b;
    }
    if (b.is(0)) {
      return a;
    }
    if (a.atoms().equals(b.atoms())) {
      long sum = Math.addExact(a.factor(), b.factor());
      return sum == 0 ? Dim.of(0) : new Dim(sum, a.atoms());
    }
    return derive("+", a, b);
  }

  Dim subtract(Dim a, Dim b) {
    return add(a, b.times(Dim.of(-1)));
  }

  /** Division as ONNX does on integers: towards zero. */
  Dim divide(Dim a, Dim b) {
    if (b.is(0)) {
      throw new ArithmeticException("division by 0");
    }
    if (a.isKnown() && b.isKnown()) {
      return Dim.of(a.size() / b.size());
    }
    Dim exact = a.dividedBy(b);
    return exact != null ? exact : derive("/", a, b);
  }

  private Dim derive(String operation, Dim a, Dim b) {
    Dim known = derived.get(List.of(operation, a, b));
    if (known == null) {
      SDVariable value =
          operation.equals("+") ? scalar(a).add(scalar(b)) : scalar(a).div(scalar(b));
      known = atom("(" + a + operation + b + ")", value, -1);
      derived.put(List.of(operation, a, b), known);
    }
    return known;
  }

  /** LONG, rank 0. */
  SDVariable scalar(Dim dim) {
    if (dim.isKnown()) {
      return graph.constant(Nd4j.scalar(DataType.LONG, dim.size()));
    }
    return part(dim).sum();
  }

  /** LONG [1]. */
  private SDVariable part(Dim dim) {
    SDVariable known = parts.get(dim);
    if (known != null) {
      return known;
    }
    SDVariable out =
        dim.isKnown() || dim.factor() != 1
            ? graph.constant(Nd4j.createFromArray(dim.factor()))
            : null;
    for (Dim.Atom a : dim.atoms()) {
      out = out == null ? part(a) : out.mul(part(a));
    }
    parts.put(dim, out);
    return out;
  }

  private SDVariable part(Dim.Atom a) {
    if (a.axis() < 0) {
      return graph.reshape(a.source(), 1);
    }
    SDVariable shape =
        shapes.computeIfAbsent(
            a.source().name(), n -> graph.shape(a.source()).castTo(DataType.LONG));
    return graph.stridedSlice(
        shape, new long[] {a.axis()}, new long[] {a.axis() + 1}, new long[] {1});
  }

  /** LONG [n]. */
  SDVariable vector(List<Dim> dims) {
    SDVariable known = vectors.get(dims);
    if (known == null) {
      if (Dim.allKnown(dims)) {
        known = graph.constant(Nd4j.createFromArray(Dim.sizes(dims)));
      } else if (dims.size() == 1) {
        known = part(dims.get(0));
      } else {
        known = graph.concat(0, dims.stream().map(this::part).toArray(SDVariable[]::new));
      }
      vectors.put(List.copyOf(dims), known);
    }
    return known;
  }

  SDVariable reshape(SDVariable x, List<Dim> dims) {
    if (dims.isEmpty()) {
      return x.sum();
    }
    long[] sizes = new long[dims.size()];
    int unknown = 0;
    for (int i = 0; i < sizes.length; i++) {
      boolean k = dims.get(i).isKnown();
      sizes[i] = k ? dims.get(i).size() : -1;
      unknown += k ? 0 : 1;
    }
    return unknown <= 1 ? graph.reshape(x, sizes) : graph.reshape(x, vector(dims));
  }

  /** Sizes of the result of an operation that broadcasts; null where only a run will tell. */
  static List<Dim> broadcast(List<Dim> a, List<Dim> b) {
    int rank = Math.max(a.size(), b.size());
    List<Dim> out = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      out.add(broadcast(at(a, i, rank), at(b, i, rank)));
    }
    return out;
  }

  private static Dim at(List<Dim> dims, int i, int rank) {
    int at = i - (rank - dims.size());
    return at < 0 ? Dim.ONE : dims.get(at);
  }

  private static Dim broadcast(Dim a, Dim b) {
    if (a.equals(b) || b.is(1)) {
      return a;
    }
    if (a.is(1)) {
      return b;
    }
    if (a.isKnown() && b.isKnown()) {
      throw new IllegalArgumentException("sizes " + a + " and " + b + " do not fit together");
    }
    return a.isKnown() ? a : b.isKnown() ? b : null;
  }

  /** Repeats along axes of size 1; {@code to} is known in full. */
  SDVariable expand(SDVariable x, List<Dim> from, List<Dim> to) {
    if (from.equals(to)) {
      return x;
    }
    DataType type = x.dataType();
    SDVariable numeric = type == DataType.BOOL ? x.castTo(DataType.FLOAT) : x;
    List<Dim> aligned = new ArrayList<>();
    for (int i = 0; i < to.size(); i++) {
      aligned.add(at(from, i, to.size()));
    }
    SDVariable same = aligned.equals(from) ? numeric : reshape(numeric, aligned);
    if (aligned.equals(to)) {
      return type == DataType.BOOL ? same.castTo(DataType.BOOL) : same;
    }
    // Multiplying by ones has a gradient, which BroadcastTo has not.
    SDVariable ones = graph.fill(vector(to), numeric.dataType(), 1);
    SDVariable out = same.mul(ones);
    return type == DataType.BOOL ? out.castTo(DataType.BOOL) : out;
  }
}
