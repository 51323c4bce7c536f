package org.lensdl4j.lens.loss;

import java.util.Locale;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Losses on the next token: cross-entropy with labels, or the distance to a teacher's distribution.
 * A mean over the tokens that count.
 *
 * <pre>{@code
 * TokenTargets targets = TokenTargets.next(ids, mask, promptLengths);
 * WeightedTerm term = TokenLoss.crossEntropy(logits, vocabulary, labels, counted).attach();
 * }</pre>
 *
 * <p>Safe for any spread of logits: x - max - log(sum(exp(x - max))). Memory is that of a few
 * arrays of the size of the logits.
 */
public final class TokenLoss {
  /** Name of the unweighted cross-entropy; the weighted one has {@code _loss} after it. */
  public static final String CROSS_ENTROPY = "cross_entropy";

  /**
   * Name of the unweighted distance to the teacher; the weighted one has {@code _loss} after it.
   */
  public static final String DISTILLATION = "distillation";

  private interface PerToken {
    /** {@code [tokens]}. */
    SDVariable losses(TokenLoss options);
  }

  private final SameDiff sd;
  private final SDVariable counted;
  private final PerToken perToken;
  private final String name;
  private double temperature = 1;
  private TermWeight weight = TermWeight.of("the token loss", 1);
  private String prefix = "";

  private TokenLoss(SameDiff sd, String name, SDVariable counted, PerToken perToken) {
    this.sd = sd;
    this.name = name;
    this.counted = counted;
    this.perToken = perToken;
  }

  /**
   * Cross-entropy of logits with labels.
   *
   * @param logits {@code [tokens, vocabulary]} or {@code [batch, seq, vocabulary]}
   * @param vocabulary its size, at least 2
   * @param labels the token that follows each, {@code [tokens]} or {@code [batch, seq]}, integers;
   *     what stands where nothing counts must be a token too
   * @param counted what each token counts for, 0 or 1, in the shape of {@code labels}
   */
  public static TokenLoss crossEntropy(
      SDVariable logits, int vocabulary, SDVariable labels, SDVariable counted) {
    SameDiff sd = logits.getSameDiff();
    return new TokenLoss(
        sd,
        CROSS_ENTROPY,
        counted,
        options -> {
          SDVariable rows = sd.reshape(logits, -1, vocabulary);
          SDVariable hot =
              sd.oneHot(sd.reshape(labels, -1), vocabulary, 1, 1.0, 0.0, rows.dataType());
          return Losses.logSumExp(sd, rows, 1).sub(rows.mul(hot).sum(1));
        });
  }

  /**
   * Cross-entropy of the logits {@code h W^T} with labels.
   *
   * @param hidden {@code [tokens, hidden]} or {@code [batch, seq, hidden]}, after the final norm
   * @param head W, {@code [vocabulary, hidden]}, with that shape known; a constant costs less than
   *     a trained one
   * @param labels as for logits
   * @param counted as for logits
   */
  public static TokenLoss crossEntropyOfStates(
      SDVariable hidden, SDVariable head, SDVariable labels, SDVariable counted) {
    SameDiff sd = hidden.getSameDiff();
    long[] shape = head.getShape();
    if (shape == null || shape.length != 2 || shape[0] < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the head %s has shape %s, expected a matrix [vocabulary, hidden]",
              head.name(),
              java.util.Arrays.toString(shape)));
    }
    SDVariable rows = sd.reshape(hidden, -1, shape[1]);
    SDVariable logits = sd.mmul(rows, head, false, true, false);
    if (head.getVariableType() != VariableType.CONSTANT) {
      return crossEntropy(logits, Math.toIntExact(shape[0]), labels, counted);
    }
    return new TokenLoss(
        sd,
        CROSS_ENTROPY,
        counted,
        options -> {
          // No gradient flows into a constant, so gather is never differentiated.
          SDVariable own = sd.gather(head, sd.reshape(labels, -1), 0);
          return Losses.logSumExp(sd, logits, 1).sub(rows.mul(own).sum(1));
        });
  }

  /**
   * Distance to a teacher: T^2 KL(softmax(teacher / T) || softmax(logits / T)), as in arXiv
   * 1503.02531.
   *
   * @param logits {@code [tokens, vocabulary]} or {@code [batch, seq, vocabulary]}
   * @param teacher of the same shape: a placeholder, or hanging on constants only
   * @param vocabulary its size, at least 2
   * @param counted what each token counts for, 0 or 1, {@code [tokens]} or {@code [batch, seq]}
   */
  public static TokenLoss distillation(
      SDVariable logits, SDVariable teacher, int vocabulary, SDVariable counted) {
    SameDiff sd = logits.getSameDiff();
    return new TokenLoss(
        sd,
        DISTILLATION,
        counted,
        options -> {
          double t = options.temperature;
          SDVariable student = logSoftmax(sd, sd.reshape(logits, -1, vocabulary).div(t));
          SDVariable wanted = logSoftmax(sd, sd.reshape(teacher, -1, vocabulary).div(t));
          return sd.math.exp(wanted).mul(wanted.sub(student)).sum(1).mul(t * t);
        });
  }

  private static SDVariable logSoftmax(SameDiff sd, SDVariable rows) {
    return rows.sub(sd.reshape(Losses.logSumExp(sd, rows, 1), -1, 1));
  }

  /** What both distributions of a distillation are softened by; 1 by default. */
  public TokenLoss temperature(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "temperature: found %s, expected a positive number", value));
    }
    temperature = value;
    return this;
  }

  /** Weight of the term; 1 by default. */
  public TokenLoss weight(double value) {
    weight = TermWeight.of("the token loss", value);
    return this;
  }

  /** Weight of the term, by iteration or epoch. */
  public TokenLoss weight(ISchedule value) {
    weight = TermWeight.of(value);
    return this;
  }

  /** Weight of the term: any scalar of the graph. */
  public TokenLoss weight(SDVariable value) {
    weight = TermWeight.of(value);
    return this;
  }

  /** Set before the name, if a graph has several. */
  public TokenLoss prefix(String value) {
    prefix = value;
    return this;
  }

  /**
   * Adds the term to the graph and to its losses. A batch where nothing counts has the loss 0. What
   * each token has is read under the term's name with {@code _rows} after it.
   */
  public WeightedTerm attach() {
    AttachChecks.requireNew(sd, prefix + name);
    weight.requireGraph(sd, name);
    SDVariable term = CountedMean.of(sd, prefix + name, perToken.losses(this), counted);
    return WeightedTerm.attach(sd, term, weight);
  }
}
