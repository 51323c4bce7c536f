package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Rint;
import org.nd4j.linalg.factory.Nd4j;

/**
 * 8-bit models. Their integers are held as floats, which represent every product of 8-bit numbers
 * exactly; only sums beyond 2^24 are rounded.
 */
final class Quantized {
  private Quantized() {}

  static void register(Map<String, OnnxOperator> all) {
    all.put("DynamicQuantizeLinear", Quantized::dynamicQuantize);
    all.put("MatMulInteger", Quantized::matMulInteger);
    all.put("DequantizeLinear", Quantized::dequantize);
    all.put("Round", n -> n.output(round(n.graph(), n.input(0))));
  }

  /** To the nearest whole number, ties to the even one. */
  private static SDVariable round(SameDiff g, SDVariable x) {
    return new Rint(g, x, false).outputVariable();
  }

  private static SDVariable clip(SameDiff g, SDVariable x, double low, double high) {
    return g.math().clipByValue(x, low, high);
  }

  /** y = clip(round(x / scale) + zero) with a range that holds 0 and all of x. */
  private static void dynamicQuantize(OnnxNode n) {
    SameDiff g = n.graph();
    SDVariable x = n.input(0);
    SDVariable zero = g.constant(Nd4j.scalar(0f));
    SDVariable low = g.math().min(g.min(x), zero);
    SDVariable high = g.math().max(g.max(x), zero);
    SDVariable span = high.sub(low);
    // A tensor of zeros has scale 1, as in onnxruntime.
    SDVariable scale = span.div(255).add(g.eq(span, 0).castTo(span.dataType()));
    SDVariable zeroPoint = clip(g, round(g, low.neg().div(scale)), 0, 255);
    SDVariable y = clip(g, round(g, x.div(scale)).add(zeroPoint), 0, 255);
    n.output(0, y, n.value(0).dims());
    n.output(1, scale, List.of());
    n.output(2, zeroPoint, List.of());
  }

  private static void matMulInteger(OnnxNode n) {
    Matrices.multiply(n, n.value(0), centred(n, 0, 2), n.value(1), centred(n, 1, 3));
  }

  private static SDVariable centred(OnnxNode n, int value, int zeroPoint) {
    if (!n.has(zeroPoint)) {
      return n.input(value);
    }
    OnnxValue v = n.value(value);
    OnnxValue z = n.value(zeroPoint);
    if (v.isConstant() && z.isConstant()) {
      return n.graph().constant(minus(v.constant(), z.constant()));
    }
    return n.input(value).sub(n.input(zeroPoint));
  }

  private static INDArray minus(INDArray x, INDArray zero) {
    return zero.length() == 1 ? x.sub(zero.getDouble(0)) : x.sub(zero);
  }

  private static void dequantize(OnnxNode n) {
    SDVariable x = n.has(2) ? n.input(0).sub(along(n, 2)) : n.input(0);
    n.output(x.castTo(n.value(1).type()).mul(along(n, 1)));
  }

  /** Scale or zero point: one for all, or one per index of an axis. */
  private static SDVariable along(OnnxNode n, int i) {
    OnnxValue v = n.value(i);
    int rank = n.value(0).rank();
    if (v.rank() != 1 || v.dims().get(0).is(1)) {
      return n.input(i);
    }
    int axis = OnnxNode.axis(n.integer("axis", 1), rank);
    List<Dim> shape = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      shape.add(a == axis ? v.dims().get(0) : Dim.ONE);
    }
    return n.dims().reshape(n.input(i), shape);
  }
}
