package org.lensdl4j.lens.nn;

import java.util.Locale;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The three Lens terms as a loss function for Deeplearning4j's own output layers: {@code new
 * LossLayer.Builder(new LensLossFunction(objective))} behind {@link LanguagePooling}.
 *
 * <p>Predictions and labels are {@code [prompts, objective.width()]}; the mask, if any, has one
 * value per prompt, {@code [prompts]} or {@code [prompts, 1]}. A prompt's score is {@code w_align
 * align + w_separate separate + w_retain retain} (method.md section 3), so the mean over prompts is
 * the loss of the paper. Gradients are by hand, and equal SameDiff's.
 */
public final class LensLossFunction implements ILossFunction {
  private static final long serialVersionUID = 1L;

  @JsonProperty private final LensObjective objective;

  /** A loss for an objective. */
  @JsonCreator
  public LensLossFunction(@JsonProperty("objective") LensObjective objective) {
    if (objective == null) {
      throw new IllegalArgumentException("LensLossFunction has no objective");
    }
    this.objective = objective;
  }

  /** What it trains for. */
  public LensObjective objective() {
    return objective;
  }

  @Override
  public double computeScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      INDArray mask,
      boolean average) {
    INDArray scores = computeScoreArray(labels, preOutput, activationFn, mask);
    double sum = 0;
    for (long i = 0; i < scores.size(0); i++) {
      sum += scores.getDouble(i, 0);
    }
    return average ? sum / scores.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
    requireIdentity(activationFn);
    try (TermRows rows = new TermRows(objective, preOutput, labels)) {
      INDArray scores = rows.scores();
      if (mask != null) {
        scores.muli(column(mask, scores));
      }
      return scores;
    }
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
    requireIdentity(activationFn);
    try (TermRows rows = new TermRows(objective, preOutput, labels)) {
      INDArray gradient = rows.gradient();
      if (mask != null) {
        gradient.muliColumnVector(column(mask, gradient));
      }
      return gradient;
    }
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      INDArray mask,
      boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activationFn, mask, average),
        computeGradient(labels, preOutput, activationFn, mask));
  }

  private static void requireIdentity(IActivation activation) {
    if (!(activation instanceof ActivationIdentity)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "activation %s: Lens compares hidden states as they are, expected Activation.IDENTITY",
              activation));
    }
  }

  private static INDArray column(INDArray mask, INDArray like) {
    if (mask.length() != like.size(0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the mask has %d values, expected one for each of %d prompts",
              mask.length(),
              like.size(0)));
    }
    return mask.reshape(mask.length(), 1).castTo(like.dataType());
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LensLossFunction o && objective.equals(o.objective);
  }

  @Override
  public int hashCode() {
    return objective.hashCode();
  }

  @Override
  public String toString() {
    return "LensLossFunction(" + objective + ")";
  }
}
