package org.lensdl4j.model.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.ParameterNames;
import org.lensdl4j.model.config.Scales;
import org.lensdl4j.model.config.Structure;
import org.lensdl4j.model.config.TensorRole;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The operations of one layer, written so that values and gradients are right in SameDiff
 * 1.0.0-M2.1: axes are never negative, SiLU is {@code x sigmoid(x)}, rows stay two-dimensional
 * around weight products.
 */
final class LayerGraph {
  private final SameDiff sd;
  private final ModelConfig config;
  private final Function<String, SDVariable> weights;
  private final LinearAdapter adapter;
  private final ParameterNames names;
  private final Structure structure;
  private final NormGraph norms;
  private final AttentionGraph attention;

  /**
   * @param weights variables by Hugging Face name
   * @param type of states and weights
   */
  LayerGraph(
      SameDiff sd,
      ModelConfig config,
      Function<String, SDVariable> weights,
      TokenLayout layout,
      LinearAdapter adapter,
      DataType type) {
    this.sd = sd;
    this.config = config;
    this.weights = once(weights);
    this.adapter = adapter;
    names = config.names();
    structure = config.structure();
    norms = new NormGraph(sd, config, this.weights);
    attention = new AttentionGraph(sd, config, this.weights, layout, this::linear, norms, type);
  }

  /** Asks for each weight once, also where two norms share one. */
  private static Function<String, SDVariable> once(Function<String, SDVariable> weights) {
    Map<String, SDVariable> known = new HashMap<>();
    return name -> {
      SDVariable found = known.get(name);
      if (found == null) {
        found = weights.apply(name);
        known.put(name, found);
      }
      return found;
    };
  }

  /**
   * One layer.
   *
   * @param layer 1-based
   * @param states {@code [rows, hidden]}
   * @param all the rows that give keys and values
   * @param computed the rows that come out
   * @return {@code [computed rows, hidden]}
   */
  SDVariable layer(int layer, SDVariable states, RowContext all, RowContext computed) {
    int l = layer - 1;
    SDVariable normed = norm(l, TensorRole.ATTENTION_NORM, states);
    SDVariable residual = states;
    SDVariable queries = normed;
    if (computed.choice() != null) {
      residual = sd.mmul(computed.choice(), states);
      queries = sd.mmul(computed.choice(), normed);
    }
    SDVariable attended = attention.of(l, queries, normed, all, computed);
    SDVariable added = residual.add(scaled(norm(l, TensorRole.ATTENTION_POST_NORM, attended)));
    SDVariable middle = norm(l, TensorRole.ATTENTION_SUM_NORM, added);
    SDVariable read = norm(l, TensorRole.MLP_NORM, structure.parallel() ? residual : middle);
    SDVariable out = middle.add(scaled(norm(l, TensorRole.MLP_POST_NORM, mlp(l, read))));
    return norm(l, TensorRole.MLP_SUM_NORM, out);
  }

  /** The family's norm over the last axis of {@code [rows, hidden]}. */
  SDVariable norm(SDVariable x, String stem) {
    return norms.of(x, stem);
  }

  /** Scores of the vocabulary, {@code [rows, vocab]}. */
  SDVariable head(SDVariable rows) {
    Scales scales = structure.scales();
    SDVariable scores = sd.mmul(rows, weights.apply(config.headWeight()), false, true, false);
    if (scales.logits() != 1) {
      scores = scores.mul(scales.logits());
    }
    return scales.logitsCap() == 0 ? scores : AttentionGraph.cap(sd, scores, scales.logitsCap());
  }

  private SDVariable norm(int layer, TensorRole role, SDVariable x) {
    return names.has(role) ? norms.of(x, names.stem(layer, role)) : x;
  }

  private SDVariable scaled(SDVariable x) {
    double scale = structure.scales().residual();
    return scale == 1 ? x : x.mul(scale);
  }

  private SDVariable linear(int layer, TensorRole role, SDVariable x, boolean bias) {
    String weight = names.weight(layer, role);
    boolean outIn = !structure.transposed();
    SDVariable product = sd.mmul(x, weights.apply(weight), false, outIn, false);
    SDVariable y = adapter.adapt(weight, x, product);
    return bias ? y.add(weights.apply(names.bias(layer, role))) : y;
  }

  private SDVariable mlp(int layer, SDVariable x) {
    boolean bias = config.mlpBias();
    SDVariable middle;
    if (names.has(TensorRole.GATE_UP)) {
      SDVariable both = linear(layer, TensorRole.GATE_UP, x, bias);
      int m = config.intermediateSize();
      middle =
          activation(AttentionGraph.columns(both, 0, m))
              .mul(AttentionGraph.columns(both, m, 2L * m));
    } else if (names.has(TensorRole.GATE)) {
      SDVariable gate = linear(layer, TensorRole.GATE, x, bias);
      middle = activation(gate).mul(linear(layer, TensorRole.UP, x, bias));
    } else {
      middle = activation(linear(layer, TensorRole.UP, x, bias));
    }
    return linear(layer, TensorRole.DOWN, middle, bias);
  }

  /** SameDiff's own SiLU and GELU have gradients that are NaN for large values. */
  private SDVariable activation(SDVariable x) {
    return switch (structure.activation()) {
      case SILU -> x.mul(sd.nn.sigmoid(x));
      case GELU -> x.mul(sd.math.erf(x.mul(Math.sqrt(0.5))).add(1)).mul(0.5);
      case GELU_TANH -> {
        SDVariable cube = x.mul(x).mul(x);
        SDVariable inner = x.add(cube.mul(0.044715)).mul(2 * Math.sqrt(2 / Math.PI));
        yield x.mul(sd.nn.sigmoid(inner));
      }
    };
  }
}
