package org.lensdl4j.model.onnx;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Softmax and layer normalisation. */
final class Normalization {
  private static final String MICROSOFT = "com.microsoft:";

  private Normalization() {}

  static void register(Map<String, OnnxOperator> all) {
    all.put("Softmax", n -> n.output(n.graph().nn().softmax(n.input(0), softmaxAxis(n))));
    all.put("LogSoftmax", Normalization::logSoftmax);
    all.put("LayerNormalization", n -> layerNorm(n, true));
    all.put("SimplifiedLayerNormalization", n -> layerNorm(n, false));
    all.put("RMSNormalization", n -> layerNorm(n, false));
    all.put(MICROSOFT + "SimplifiedLayerNormalization", n -> layerNorm(n, false));
    all.put(MICROSOFT + "Gelu", n -> n.output(Elementwise.gelu(n.graph(), n.input(0))));
    all.put(MICROSOFT + "FastGelu", n -> biased(n, true));
    all.put(MICROSOFT + "BiasGelu", n -> biased(n, false));
    all.put(MICROSOFT + "SkipLayerNormalization", Normalization::skipLayerNorm);
  }

  /** Before opset 13 all axes from the given one on were one. */
  private static int softmaxAxis(OnnxNode n) {
    int rank = n.value(0).rank();
    int axis = OnnxNode.axis(n.integer("axis", n.opset() < 13 ? 1 : -1), rank);
    if (n.opset() < 13 && axis != rank - 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found axis %d of %d with opset %d, expected the last",
              axis,
              rank,
              n.opset()));
    }
    return axis;
  }

  /** x - max - log(sum(exp(x - max))). */
  private static void logSoftmax(OnnxNode n) {
    SameDiff g = n.graph();
    int axis = softmaxAxis(n);
    SDVariable shifted = n.input(0).sub(g.max(n.input(0), true, axis));
    n.output(shifted.sub(g.math().log(g.sum(g.math().exp(shifted), true, axis))));
  }

  private static void layerNorm(OnnxNode n, boolean centred) {
    requireOneOutput(n);
    n.output(
        normalised(
            n,
            n.input(0),
            n.input(1),
            n.has(2) ? n.input(2) : null,
            OnnxNode.axis(n.integer("axis", -1), n.value(0).rank()),
            centred));
  }

  private static SDVariable normalised(
      OnnxNode n, SDVariable x, SDVariable scale, SDVariable bias, int from, boolean centred) {
    SameDiff g = n.graph();
    int[] axes = IntStream.range(from, n.value(0).rank()).toArray();
    SDVariable c = centred ? x.sub(g.mean(x, true, axes)) : x;
    SDVariable variance = g.mean(g.math().square(c), true, axes);
    SDVariable y = c.div(g.math().sqrt(variance.add(n.number("epsilon", 1e-5f)))).mul(scale);
    return bias == null ? y : y.add(bias);
  }

  private static void biased(OnnxNode n, boolean tanh) {
    SDVariable x = n.has(1) ? n.input(0).add(n.input(1)) : n.input(0);
    n.output(tanh ? Elementwise.tanhGelu(n.graph(), x) : Elementwise.gelu(n.graph(), x));
  }

  /** onnxruntime's fusion of a residual connection and a norm: input, skip, gamma, beta, bias. */
  private static void skipLayerNorm(OnnxNode n) {
    requireOneOutput(n);
    SDVariable sum = n.input(0).add(n.input(1));
    SDVariable x = n.has(4) ? sum.add(n.input(4)) : sum;
    n.output(
        normalised(n, x, n.input(2), n.has(3) ? n.input(3) : null, n.value(0).rank() - 1, true));
  }

  private static void requireOneOutput(OnnxNode n) {
    List<String> names = n.proto().getOutputList();
    if (names.stream().skip(1).anyMatch(o -> !o.isEmpty())) {
      throw new IllegalArgumentException("found outputs " + names + ", expected one");
    }
  }
}
