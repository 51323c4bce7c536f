package org.lensdl4j.model.config;

import java.util.List;

/**
 * A description while it is being read: the family fills in its defaults, then the keys of the file
 * replace them.
 */
final class ConfigDraft {
  final String modelType;
  int hidden;
  int layers;
  int heads;
  // 0: as many as query heads
  int keyValueHeads;
  // 0: hidden / heads
  int headDim;
  int intermediate;
  // 0, or how many times the hidden size it is if the file does not say
  int intermediateFactor;
  int vocabulary;
  int maxPositions = 2048;
  // 0: the file does not say
  int originalPositions;
  double epsilon = 1e-6;
  Rotary rotary = Rotary.plain(10_000);
  int window;
  boolean attentionBias;
  boolean outputBias;
  boolean mlpBias;
  boolean tied;
  int bos = 1;
  List<Integer> eos = List.of(2);

  ParameterNames names = ParameterNames.LLAMA;
  Norm norm = Norm.RMS;
  HeadNorm headNorm;
  Activation activation = Activation.SILU;
  Fusion fusion = Fusion.SEPARATE;
  boolean transposed;
  boolean parallel;
  Positions positions = Positions.ROTARY;
  // null: a decoder
  Encoder encoder;
  int tokenTypes;
  double rotaryFraction = 1;
  Rotary localRotary;
  boolean turnsPairs;
  boolean normedAfterTurning;
  List<Boolean> still = List.of();
  List<Boolean> windowed = List.of();
  double embeddingScale = 1;
  double attentionScale;
  double residualScale = 1;
  double logitsScale = 1;
  double attentionCap;
  double logitsCap;

  /** Whether the family turns a part of each head only, if asked to. */
  boolean turnsPartly;

  /** That part, where {@code rope_parameters} say it; 0 if they do not. */
  double writtenFraction;

  ConfigDraft(String modelType) {
    this.modelType = modelType;
  }

  int effectiveHeadDim() {
    return headDim == 0 ? hidden / heads : headDim;
  }

  int rotaryDim() {
    return (int) (effectiveHeadDim() * rotaryFraction);
  }

  ModelConfig config() {
    int turned = rotaryDim();
    Turning turning = new Turning(turnsPairs, normedAfterTurning, still);
    return new ModelConfig(
        modelType,
        hidden,
        layers,
        heads,
        keyValueHeads == 0 ? heads : keyValueHeads,
        effectiveHeadDim(),
        intermediate,
        vocabulary,
        maxPositions,
        epsilon,
        rotary,
        window,
        attentionBias,
        outputBias,
        mlpBias,
        tied,
        bos,
        eos,
        new Structure(
            names,
            norm,
            headNorm,
            activation,
            fusion,
            transposed,
            parallel,
            positions,
            turned == effectiveHeadDim() ? 0 : turned,
            turning.equals(Turning.USUAL) ? null : turning,
            localRotary,
            window == 0 ? List.of() : windowed,
            new Scales(
                embeddingScale,
                attentionScale,
                residualScale,
                logitsScale,
                attentionCap,
                logitsCap),
            tokenTypes,
            encoder));
  }
}
