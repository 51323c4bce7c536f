package org.lensdl4j.lens.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.loss.TermMath;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The three terms of each prompt and their gradients, computed eagerly in the type of the states.
 * Bases are kept divided by the coordinates' deviations, so that they read states as they are.
 */
final class TermRows implements TermMath<INDArray>, AutoCloseable {
  private final LensObjective objective;
  private final INDArray states;
  private final INDArray reference;
  private final INDArray agnostic;
  private final INDArray specific;
  private final INDArray scale;
  private final List<INDArray> align = new ArrayList<>();
  private final List<INDArray> separate = new ArrayList<>();
  private final INDArray change;

  /**
   * @param states {@code [prompts, width]}; stays the caller's
   * @param labels the untouched model's, of the same shape; stays the caller's
   */
  TermRows(LensObjective objective, INDArray states, INDArray labels) {
    objective.requireRows("predictions", states.shape());
    objective.requireRows("labels", labels.shape());
    if (labels.size(0) != states.size(0)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d labels for %d prompts", labels.size(0), states.size(0)));
    }
    this.objective = objective;
    this.states = states;
    this.reference = labels.castTo(states.dataType());
    double[][] inverse = objective.scale();
    scale = inverse == null ? null : Bases.array(inverse, states.dataType()).reshape(-1);
    agnostic = scaled(Bases.array(objective.agnostic(), states.dataType()));
    specific = scaled(Bases.array(objective.specific(), states.dataType()));
    int targets = objective.targets().size();
    for (int l = 1; l <= targets; l++) {
      INDArray pivot = part(objective.pivotAtReference() ? reference : states, 0);
      align.add(align(pivot, part(states, l)));
      INDArray displacement =
          Bases.array(objective.displacement()[l - 1], states.dataType()).reshape(-1);
      separate.add(separate(part(states, l), part(reference, l), displacement));
    }
    change = retain(part(states, targets + 1), part(reference, targets + 1));
  }

  @Override
  public INDArray minus(INDArray a, INDArray b) {
    return b.rank() == 1 ? a.subRowVector(b) : a.sub(b);
  }

  @Override
  public INDArray inAgnostic(INDArray difference) {
    return difference.mmul(agnostic.transpose());
  }

  @Override
  public INDArray inSpecific(INDArray difference) {
    return difference.mmul(specific.transpose());
  }

  @Override
  public INDArray inWhole(INDArray difference) {
    return scaled(difference);
  }

  /** Rows in the coordinates of the loss, in place. */
  private INDArray scaled(INDArray rows) {
    return scale == null ? rows : rows.muliRowVector(scale);
  }

  /** Language l's states, or the central means at the end; a view {@code [prompts, hidden]}. */
  private INDArray part(INDArray rows, int l) {
    int d = objective.hiddenSize();
    return rows.get(NDArrayIndex.all(), NDArrayIndex.interval((long) l * d, (l + 1L) * d));
  }

  /** Each prompt's weighted sum, {@code [prompts, 1]}. */
  INDArray scores() {
    INDArray sum = Nd4j.zeros(states.dataType(), states.size(0), 1);
    for (INDArray a : align) {
      sum.addi(squares(a).muli(objective.align()));
    }
    for (INDArray s : separate) {
      sum.addi(squares(s).muli(objective.separate()));
    }
    return sum.addi(squares(change).muli(objective.retain()));
  }

  /** Mean over prompts of the alignment of the l-th target, unweighted. */
  double align(int target) {
    return squares(align.get(target)).meanNumber().doubleValue();
  }

  /** Mean over prompts of the separation of the l-th target, unweighted. */
  double separate(int target) {
    return squares(separate.get(target)).meanNumber().doubleValue();
  }

  /** Mean over prompts of the retention, unweighted. */
  double retain() {
    return squares(change).meanNumber().doubleValue();
  }

  /** Mean over prompts of the share of a language's energy in the specific subspace. */
  double specificEnergy(int language) {
    return energy(part(states, language), specific);
  }

  /** Mean over prompts of the share of a language's energy in the agnostic subspace. */
  double agnosticEnergy(int language) {
    return energy(part(states, language), agnostic);
  }

  private double energy(INDArray rows, INDArray basis) {
    try (INDArray inside = squares(rows.mmul(basis.transpose()));
        INDArray all = squares(scale == null ? rows : rows.mulRowVector(scale))) {
      return inside.divi(all.addi(Float.MIN_NORMAL)).meanNumber().doubleValue();
    }
  }

  /** Sum of squares of each row over the hidden size, {@code [prompts, 1]}. */
  private INDArray squares(INDArray rows) {
    return rows.mul(rows).sum(true, 1).divi(objective.hiddenSize());
  }

  /** Derivative of the sum of all prompts' scores, {@code [prompts, width]}. */
  INDArray gradient() {
    INDArray out = Nd4j.zeros(states.dataType(), states.shape());
    double twice = 2.0 / objective.hiddenSize();
    for (int t = 0; t < align.size(); t++) {
      if (objective.align() > 0) {
        INDArray pull = align.get(t).mmul(agnostic).muli(twice * objective.align());
        if (!objective.pivotAtReference()) {
          part(out, 0).addi(pull);
        }
        part(out, t + 1).subi(pull);
      }
      if (objective.separate() > 0) {
        part(out, t + 1).addi(separate.get(t).mmul(specific).muli(twice * objective.separate()));
      }
    }
    if (objective.retain() > 0) {
      part(out, align.size() + 1).addi(scaled(change.mul(twice * objective.retain())));
    }
    return out;
  }

  @Override
  public void close() {
    if (scale != null) {
      scale.close();
    }
    agnostic.close();
    specific.close();
    align.forEach(INDArray::close);
    separate.forEach(INDArray::close);
    change.close();
  }
}
