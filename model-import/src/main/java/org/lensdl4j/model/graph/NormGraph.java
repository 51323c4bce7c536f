package org.lensdl4j.model.graph;

import java.util.function.Function;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Norm;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** A family's norm as SameDiff operations. */
final class NormGraph {
  private final SameDiff sd;
  private final Norm kind;
  private final double epsilon;
  private final Function<String, SDVariable> weights;

  NormGraph(SameDiff sd, ModelConfig config, Function<String, SDVariable> weights) {
    this.sd = sd;
    this.kind = config.structure().norm();
    this.epsilon = config.normEpsilon();
    this.weights = weights;
  }

  /** Over the last axis of {@code [rows, hidden]}, with the weights of that stem. */
  SDVariable of(SDVariable x, String stem) {
    SDVariable out = weighted(bare(x, 1), weights.apply(stem + ".weight"));
    return kind.bias() ? out.add(weights.apply(stem + ".bias")) : out;
  }

  /** Over an axis, without weights. */
  SDVariable bare(SDVariable x, int axis) {
    SDVariable centred = kind.centred() ? x.sub(x.mean(true, axis)) : x;
    SDVariable meanSquare = sd.math.square(centred).mean(true, axis);
    return centred.mul(sd.math.rsqrt(meanSquare.add(epsilon)));
  }

  SDVariable weighted(SDVariable x, SDVariable weight) {
    return x.mul(kind.offset() == 0 ? weight : weight.add(kind.offset()));
  }
}
