package org.lensdl4j.model.onnx;

import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import onnx.Onnx.TensorProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Comparisons, truth values, choices and casts. Truth values are combined as 0 and 1: SameDiff's
 * {@code and} does not broadcast.
 */
final class Logic {
  private Logic() {}

  static void register(Map<String, OnnxOperator> all) {
    all.put("Equal", n -> compare(n, (a, b) -> n.graph().eq(a, b)));
    all.put("Greater", n -> compare(n, (a, b) -> n.graph().gt(a, b)));
    all.put("GreaterOrEqual", n -> compare(n, (a, b) -> n.graph().gte(a, b)));
    all.put("Less", n -> compare(n, (a, b) -> n.graph().lt(a, b)));
    all.put("LessOrEqual", n -> compare(n, (a, b) -> n.graph().lte(a, b)));
    all.put("And", n -> truth(n, SDVariable::mul));
    all.put("Or", n -> truth(n, SDVariable::add));
    all.put("Xor", n -> truth(n, SDVariable::sub));
    all.put("Not", n -> n.output(n.graph().eq(number(n.input(0)), 0)));
    all.put("IsNaN", n -> n.output(n.graph().math().isNaN(n.input(0))));
    all.put("IsInf", n -> n.output(n.graph().math().isInfinite(n.input(0))));
    all.put("Where", Logic::where);
    all.put("Cast", n -> cast(n, (int) n.integer("to", 0)));
    all.put("CastLike", n -> n.output(to(n.input(0), n.value(1).type())));
  }

  private static void compare(OnnxNode n, BinaryOperator<SDVariable> f) {
    Elementwise.pair(n, (a, b) -> f.apply(number(a), number(b)));
  }

  private static void truth(OnnxNode n, BinaryOperator<SDVariable> f) {
    Elementwise.pair(n, (a, b) -> n.graph().neq(f.apply(number(a), number(b)), 0));
  }

  private static SDVariable number(SDVariable x) {
    return x.dataType() == DataType.BOOL ? x.castTo(DataType.FLOAT) : x;
  }

  /**
   * Where one side is differentiable, its choice is a product with 0 and 1, which has a gradient;
   * the other side is chosen, because it may be infinite.
   */
  private static void where(OnnxNode n) {
    SameDiff g = n.graph();
    List<Dim> sizes =
        Dims.broadcast(n.value(0).dims(), Dims.broadcast(n.value(1).dims(), n.value(2).dims()));
    if (sizes.contains(null)) {
      throw new IllegalArgumentException("found sizes that are known only at run time");
    }
    SDVariable condition = n.dims().expand(n.input(0), n.value(0).dims(), sizes);
    SDVariable a = n.dims().expand(n.input(1), n.value(1).dims(), sizes);
    SDVariable b = n.dims().expand(n.input(2), n.value(2).dims(), sizes);
    boolean aMoves = n.value(1).isDifferentiable();
    boolean bMoves = n.value(2).isDifferentiable();
    if (!aMoves && !bMoves) {
      n.output(0, g.where(a, b, condition), sizes);
      return;
    }
    SDVariable yes = condition.castTo(a.dataType());
    SDVariable no = yes.rsub(1);
    SDVariable zeros = no.mul(0);
    SDVariable left = aMoves ? a.mul(yes) : g.where(a, zeros, condition);
    SDVariable right = bMoves ? b.mul(no) : g.where(zeros, b, condition);
    n.output(0, left.add(right), sizes);
  }

  private static void cast(OnnxNode n, int to) {
    if (to == TensorProto.DataType.INT8_VALUE || to == TensorProto.DataType.UINT8_VALUE) {
      throw new IllegalArgumentException("found a cast to an 8-bit type, expected a wider one");
    }
    DataType type = new OnnxTensors(null).type(to, n.name());
    if (type == n.value(0).type()) {
      n.output(0, n.value(0));
    } else {
      n.output(to(n.input(0), type));
    }
  }

  private static SDVariable to(SDVariable x, DataType type) {
    if (x.dataType() == type) {
      return x.getSameDiff().identity(x);
    }
    return type == DataType.BOOL ? x.getSameDiff().neq(x, 0) : x.castTo(type);
  }
}
