package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import onnx.Onnx.TensorProto;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Arithmetic on sizes, done while translating: chains of Shape, Gather, Concat and so on that end
 * in a Reshape leave nothing in the graph.
 */
final class ShapeMath {
  private static final int MAX_VECTOR = 16;

  private final OnnxNode node;
  private final Dims dims;

  private ShapeMath(OnnxNode node) {
    this.node = node;
    this.dims = node.dims();
  }

  /** Translates a node whose result is whole numbers that are known or symbolic, if it is one. */
  static boolean translate(OnnxNode node) {
    OnnxValue result = new ShapeMath(node).result();
    if (result == null) {
      return false;
    }
    node.output(0, result);
    return true;
  }

  private OnnxValue result() {
    switch (node.operator()) {
      case "Shape":
        return shape();
      case "Size":
        return of(DataType.LONG, List.of(Dim.product(node.value(0).dims())), false);
      default:
        break;
    }
    for (OnnxValue v : node.values()) {
      if (v.elements() == null) {
        return null;
      }
    }
    if (node.values().isEmpty()) {
      return null;
    }
    return switch (node.operator()) {
      case "Gather" -> gather();
      case "Slice" -> slice();
      case "Concat" -> concat();
      case "Unsqueeze" -> node.value(0).rank() == 0 ? same(true) : null;
      case "Squeeze" -> node.value(0).elements().size() == 1 ? same(false) : null;
      case "Reshape" -> reshape();
      case "Cast" -> cast();
      case "Add" -> pairs(dims::add);
      case "Sub" -> pairs(dims::subtract);
      case "Mul" -> pairs(Dim::times);
      case "Div" -> pairs((a, b) -> b.is(0) ? null : dims.divide(a, b));
      case "Max" ->
          pairs((a, b) -> a.equals(b) ? a : known(a, b, Math.max(a.factor(), b.factor())));
      case "Min" ->
          pairs((a, b) -> a.equals(b) ? a : known(a, b, Math.min(a.factor(), b.factor())));
      case "Neg" -> pairs(node.value(0), node.value(0), (a, b) -> a.times(Dim.of(-1)));
      case "Equal" -> asBool(pairs(ShapeMath::equal));
      case "Not" -> asBool(pairs(node.value(0), node.value(0), ShapeMath::not));
      case "Where" -> where();
      case "ConstantOfShape" -> constantOfShape();
      case "Expand" -> expand();
      default -> null;
    };
  }

  private OnnxValue of(DataType type, List<Dim> elements, boolean vector) {
    return OnnxValue.elements(dims, node.proto().getOutput(0), type, elements, vector);
  }

  private OnnxValue same(boolean vector) {
    return of(node.value(0).type(), node.value(0).elements(), vector);
  }

  private OnnxValue shape() {
    List<Dim> all = node.value(0).dims();
    int from = limit(node.integer("start", 0), all.size());
    int to = limit(node.integer("end", all.size()), all.size());
    return of(DataType.LONG, all.subList(from, Math.max(from, to)), true);
  }

  private static int limit(long at, int size) {
    return (int) Math.max(0, Math.min(size, at < 0 ? at + size : at));
  }

  private OnnxValue gather() {
    OnnxValue indices = node.value(1);
    if (!Dim.allKnown(indices.elements()) || node.value(0).rank() != 1) {
      return null;
    }
    List<Dim> from = node.value(0).elements();
    List<Dim> out = new ArrayList<>();
    for (Dim i : indices.elements()) {
      out.add(from.get(OnnxNode.axis(i.size(), from.size())));
    }
    return of(node.value(0).type(), out, indices.rank() == 1);
  }

  private OnnxValue slice() {
    List<Dim> all = node.value(0).elements();
    long[] starts = node.integers("starts", 1);
    long[] ends = node.integers("ends", 2);
    long[] steps = node.has(4) ? node.integers("steps", 4) : new long[] {1};
    if (node.value(0).rank() != 1 || starts.length != 1 || ends.length != 1 || steps[0] != 1) {
      return null;
    }
    int from = limit(starts[0], all.size());
    return of(
        node.value(0).type(), all.subList(from, Math.max(from, limit(ends[0], all.size()))), true);
  }

  private OnnxValue concat() {
    List<Dim> out = new ArrayList<>();
    for (OnnxValue v : node.values()) {
      if (v.rank() != 1) {
        return null;
      }
      out.addAll(v.elements());
    }
    return of(node.value(0).type(), out, true);
  }

  private OnnxValue reshape() {
    int rank = node.value(1).elements().size();
    return rank > 1 || node.value(1).rank() != 1 ? null : same(rank == 1);
  }

  private OnnxValue cast() {
    DataType from = node.value(0).type();
    return switch (TensorProto.DataType.forNumber((int) node.integer("to", 0))) {
      case INT64 -> of(DataType.LONG, node.value(0).elements(), node.value(0).rank() == 1);
      case INT32 -> of(DataType.INT, node.value(0).elements(), node.value(0).rank() == 1);
      case BOOL -> from == DataType.BOOL ? node.value(0) : null;
      default -> null;
    };
  }

  private OnnxValue pairs(BinaryOperator<Dim> operation) {
    return node.values().size() == 2 ? pairs(node.value(0), node.value(1), operation) : null;
  }

  private OnnxValue pairs(OnnxValue a, OnnxValue b, BinaryOperator<Dim> operation) {
    int n = Math.max(a.elements().size(), b.elements().size());
    List<Dim> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Dim x = element(a, i, n);
      Dim y = element(b, i, n);
      Dim r = x == null || y == null ? null : operation.apply(x, y);
      if (r == null) {
        return null;
      }
      out.add(r);
    }
    return of(a.type(), out, a.rank() == 1 || b.rank() == 1);
  }

  private static Dim element(OnnxValue v, int i, int n) {
    int size = v.elements().size();
    return size == n ? v.elements().get(i) : size == 1 ? v.elements().get(0) : null;
  }

  private static Dim known(Dim a, Dim b, long result) {
    return a.isKnown() && b.isKnown() ? Dim.of(result) : null;
  }

  private static Dim equal(Dim a, Dim b) {
    if (a.equals(b)) {
      return Dim.ONE;
    }
    boolean never =
        a.isKnown() && b.isKnown()
            || a.isKnown() && a.size() < 0 && b.factor() > 0
            || b.isKnown() && b.size() < 0 && a.factor() > 0;
    return never ? Dim.of(0) : null;
  }

  private static Dim not(Dim a, Dim ignored) {
    return a.isKnown() ? Dim.of(a.is(0) ? 1 : 0) : null;
  }

  private OnnxValue asBool(OnnxValue v) {
    return v == null ? null : of(DataType.BOOL, v.elements(), v.rank() == 1);
  }

  private OnnxValue where() {
    List<Dim> condition = node.value(0).elements();
    List<Dim> a = node.value(1).elements();
    List<Dim> b = node.value(2).elements();
    int n = Math.max(condition.size(), Math.max(a.size(), b.size()));
    List<Dim> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Dim c = element(node.value(0), i, n);
      Dim r = c == null || !c.isKnown() ? null : element(node.value(c.is(0) ? 2 : 1), i, n);
      if (r == null) {
        return null;
      }
      out.add(r);
    }
    boolean vector = node.values().stream().anyMatch(v -> v.rank() == 1);
    return of(node.value(1).type(), out, vector);
  }

  private OnnxValue constantOfShape() {
    List<Dim> shape = node.value(0).elements();
    TensorProto value = node.tensor("value");
    if (shape.size() != 1 || !shape.get(0).isKnown() || shape.get(0).size() > MAX_VECTOR) {
      return null;
    }
    if (value == null || value.getDataType() != TensorProto.DataType.INT64_VALUE) {
      return null;
    }
    long v = new OnnxTensors(null).read(value, node.name()).getLong(0);
    return of(DataType.LONG, Collections.nCopies((int) shape.get(0).size(), Dim.of(v)), true);
  }

  private OnnxValue expand() {
    List<Dim> shape = node.value(1).elements();
    if (shape.size() != 1 || !shape.get(0).isKnown() || node.value(0).elements().size() != 1) {
      return null;
    }
    long n = Math.max(1, shape.get(0).size());
    return n > MAX_VECTOR
        ? null
        : of(
            node.value(0).type(),
            Collections.nCopies((int) n, node.value(0).elements().get(0)),
            true);
  }
}
