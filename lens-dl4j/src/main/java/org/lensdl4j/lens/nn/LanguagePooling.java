package org.lensdl4j.lens.nn;

import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * From the states of parallel texts to one row per prompt, which is what {@link LensOutputLayer}
 * and {@link LensLossFunction} read.
 *
 * <p>Input {@code [languages * prompts, time, hidden]}, language by language with the central one
 * first, as Deeplearning4j's {@code StackVertex} stacks one input per language; mask {@code
 * [languages * prompts, time]}, padding on either side. Output {@code [prompts, (languages + 1) *
 * hidden]}: each language's state at the last real token, then the central language's mean over
 * real tokens. No mask goes on from here.
 */
public final class LanguagePooling extends TextsLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty private int languages;
  @JsonProperty private int hiddenSize;

  private LanguagePooling() {
    // for Deeplearning4j's JSON
  }

  /**
   * A layer that pools.
   *
   * @param languages the central one included, 2 or more
   * @param hiddenSize d
   */
  public LanguagePooling(int languages, int hiddenSize) {
    if (languages < 2 || hiddenSize < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "LanguagePooling of %d languages and hidden size %d: expected 2 or more and 1 or more",
              languages,
              hiddenSize));
    }
    this.languages = languages;
    this.hiddenSize = hiddenSize;
  }

  @Override
  public SDVariable defineLayer(
      SameDiff sd, SDVariable input, Map<String, SDVariable> params, SDVariable mask) {
    SDVariable later = sd.cumsum(mask, true, true, 1);
    SDVariable last = mask.mul(sd.castTo(sd.lt(later, 0.5), mask.dataType()));
    SDVariable share = mask.div(mask.sum(true, 1));
    SDVariable lasts = sd.reshape(pick(sd, last, input), languages, -1, hiddenSize);
    SDVariable rows = sd.reshape(sd.permute(lasts, 1, 0, 2), -1, languages * hiddenSize);
    double[][] central = new double[1][languages];
    central[0][0] = 1;
    SDVariable means = sd.reshape(pick(sd, share, input), languages, -1);
    SDVariable mean =
        sd.reshape(
            sd.mmul(sd.constant(Bases.array(central, input.dataType())), means), -1, hiddenSize);
    return sd.concat("pooled", 1, rows, mean);
  }

  /** {@code [texts, 1, time] x [texts, time, hidden]}. */
  private static SDVariable pick(SameDiff sd, SDVariable weights, SDVariable states) {
    // Two texts at least: expandDims leaves [1, 1] as it is in SameDiff 1.0.0-M2.1.
    return sd.mmul(sd.expandDims(weights, 1), states);
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState currentMaskState, int minibatchSize) {
    return new Pair<>(null, currentMaskState);
  }

  @Override
  public void validateInput(INDArray input) {
    HiddenFormat.requireTexts("LanguagePooling " + layerName, input, hiddenSize);
    if (input.size(0) % languages != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "LanguagePooling %s: %d texts are no multiple of %d languages",
              layerName,
              input.size(0),
              languages));
    }
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    HiddenFormat.same("LanguagePooling " + layerName, inputType, hiddenSize);
    return InputType.feedForward((languages + 1L) * hiddenSize);
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.clear();
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    // has none
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LanguagePooling o
        && super.equals(o)
        && languages == o.languages
        && hiddenSize == o.hiddenSize;
  }

  @Override
  public int hashCode() {
    return 31 * languages + hiddenSize;
  }
}
