package org.lensdl4j.model.onnx;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Elementwise operators. Activations are built from basic operations where SameDiff's own have
 * gradients that are NaN for large values.
 */
final class Elementwise {
  private Elementwise() {}

  static void register(Map<String, OnnxOperator> all) {
    all.put("Add", n -> pair(n, SDVariable::add));
    all.put("Sub", n -> pair(n, SDVariable::sub));
    all.put("Mul", n -> pair(n, SDVariable::mul));
    all.put("Div", n -> pair(n, SDVariable::div));
    all.put("Max", n -> several(n, (a, b) -> n.graph().math().max(a, b)));
    all.put("Min", n -> several(n, (a, b) -> n.graph().math().min(a, b)));
    all.put("Sum", n -> several(n, SDVariable::add));
    all.put("Pow", Elementwise::pow);
    all.put("Mod", Elementwise::mod);
    all.put("Clip", Elementwise::clip);
    single(all, "Sqrt", (g, x) -> g.math().sqrt(x));
    single(all, "Reciprocal", (g, x) -> g.math().reciprocal(x));
    single(all, "Neg", (g, x) -> g.math().neg(x));
    single(all, "Abs", (g, x) -> g.math().abs(x));
    single(all, "Exp", (g, x) -> g.math().exp(x));
    single(all, "Log", (g, x) -> g.math().log(x));
    single(all, "Erf", (g, x) -> g.math().erf(x));
    single(all, "Tanh", (g, x) -> g.math().tanh(x));
    single(all, "Sigmoid", (g, x) -> g.nn().sigmoid(x));
    single(all, "Relu", (g, x) -> g.nn().relu(x, 0));
    single(all, "Sin", (g, x) -> g.math().sin(x));
    single(all, "Cos", (g, x) -> g.math().cos(x));
    single(all, "Floor", (g, x) -> g.math().floor(x));
    single(all, "Ceil", (g, x) -> g.math().ceil(x));
    single(all, "Sign", (g, x) -> g.math().sign(x));
    single(all, "Softplus", Elementwise::softplus);
    all.put(
        "LeakyRelu", n -> n.output(n.graph().nn().leakyRelu(n.input(0), n.number("alpha", 0.01f))));
    all.put("Elu", Elementwise::elu);
    all.put(
        "Gelu",
        n ->
            n.output(
                n.text("approximate", "none").equals("tanh")
                    ? tanhGelu(n.graph(), n.input(0))
                    : gelu(n.graph(), n.input(0))));
    all.put("Identity", n -> n.output(0, n.value(0)));
    all.put("Dropout", n -> n.output(0, n.value(0)));
  }

  private static void single(
      Map<String, OnnxOperator> all, String name, BiFunction<SameDiff, SDVariable, SDVariable> f) {
    all.put(name, n -> n.output(f.apply(n.graph(), n.input(0))));
  }

  static void pair(OnnxNode n, BinaryOperator<SDVariable> f) {
    List<Dim> sizes = Dims.broadcast(n.value(0).dims(), n.value(1).dims());
    n.output(0, f.apply(n.input(0), n.input(1)), sizes);
  }

  private static void several(OnnxNode n, BinaryOperator<SDVariable> f) {
    SDVariable out = n.input(0);
    List<Dim> sizes = n.value(0).dims();
    for (int i = 1; i < n.inputs(); i++) {
      sizes = Dims.broadcast(sizes, n.value(i).dims());
      if (sizes.contains(null)) {
        throw new IllegalArgumentException("found sizes that are known only at run time");
      }
      // min and max of SameDiff do not broadcast in every case.
      out =
          f.apply(
              n.dims().expand(out, i == 1 ? n.value(0).dims() : sizes, sizes),
              n.dims().expand(n.input(i), n.value(i).dims(), sizes));
    }
    n.output(0, out, sizes);
  }

  private static void pow(OnnxNode n) {
    OnnxValue exponent = n.value(1);
    SDVariable x = n.input(0);
    if (exponent.isConstant() && exponent.constant().length() == 1) {
      double e = exponent.constant().getDouble(0);
      if (e == 2) {
        n.output(0, n.graph().math().square(x), sizes(n));
        return;
      }
      if (e == 3) {
        n.output(0, n.graph().math().square(x).mul(x), sizes(n));
        return;
      }
      if (e == 0.5) {
        n.output(0, n.graph().math().sqrt(x), sizes(n));
        return;
      }
    }
    pair(n, (a, b) -> n.graph().math().pow(a, b.castTo(a.dataType())));
  }

  private static List<Dim> sizes(OnnxNode n) {
    return Dims.broadcast(n.value(0).dims(), n.value(1).dims());
  }

  private static void mod(OnnxNode n) {
    if (n.integer("fmod", 0) != 0) {
      throw new IllegalArgumentException("found fmod = 1, expected 0");
    }
    pair(n, (a, b) -> n.graph().math().floorMod(a, b));
  }

  private static void clip(OnnxNode n) {
    double low = bound(n, "min", 1, -Float.MAX_VALUE);
    double high = bound(n, "max", 2, Float.MAX_VALUE);
    n.output(n.graph().math().clipByValue(n.input(0), low, high));
  }

  private static double bound(OnnxNode n, String name, int i, double otherwise) {
    if (!n.has(i)) {
      return n.number(name, (float) otherwise);
    }
    if (!n.value(i).isConstant()) {
      throw new IllegalArgumentException("found " + name + " not constant, expected a constant");
    }
    return n.value(i).constant().getDouble(0);
  }

  /** max(x, 0) + log(1 + exp(-|x|)). */
  private static SDVariable softplus(SameDiff g, SDVariable x) {
    return g.nn().relu(x, 0).add(g.math().log(g.math().exp(g.math().abs(x).neg()).add(1)));
  }

  /** max(x, 0) + alpha (exp(min(x, 0)) - 1). */
  private static void elu(OnnxNode n) {
    SameDiff g = n.graph();
    SDVariable x = n.input(0);
    SDVariable negative = g.nn().relu(x.neg(), 0).neg();
    n.output(g.nn().relu(x, 0).add(g.math().exp(negative).sub(1).mul(n.number("alpha", 1))));
  }

  /** x Phi(x). */
  static SDVariable gelu(SameDiff g, SDVariable x) {
    return x.mul(0.5).mul(g.math().erf(x.mul(Math.sqrt(0.5))).add(1));
  }

  static SDVariable tanhGelu(SameDiff g, SDVariable x) {
    SDVariable inner = g.math().square(x).mul(0.044715).add(1).mul(x).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(g.math().tanh(inner).add(1));
  }
}
