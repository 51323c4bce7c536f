package org.lensdl4j.examples.cli;

import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.AlignPivot;
import org.lensdl4j.lens.config.LensConfigBuilder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of training; those not given are the configuration's. */
final class TrainingOptions {
  @Option(
      names = {"--top-layers", "--layers"},
      paramLabel = "N",
      description = "Decoder layers to train, counted from the top. Default: 2.")
  private Integer topLayers;

  @Option(
      names = "--lora",
      paramLabel = "RANK",
      description = "Train low-rank adapters of this rank, not the layers' own weights.")
  private Integer loraRank;

  @Option(
      names = "--lora-alpha",
      paramLabel = "X",
      description = "The adapters are scaled by X / RANK. Default: twice the rank.")
  private Double loraAlpha;

  @Option(
      names = "--lora-targets",
      split = ",",
      paramLabel = "NAME",
      description = "Matrices with adapters. Default: q_proj,v_proj.")
  private List<String> loraTargets;

  @Option(
      names = "--align",
      paramLabel = "W",
      description = "Weight of the pull together in the agnostic subspace. Default: 1; 0 is off.")
  private Double align;

  @Option(
      names = "--separate",
      paramLabel = "W",
      description = "Weight of the push apart in the specific subspace. Default: 1; 0 is off.")
  private Double separate;

  @Option(
      names = "--retain",
      paramLabel = "W",
      description = "Weight of keeping the central language as it is. Default: 1; 0 is off.")
  private Double retain;

  @Option(
      names = "--contrast",
      paramLabel = "W",
      description =
          "Weight of telling a text's translation from the other texts of its micro-batch (InfoNCE);"
              + " needs --batch 2 or more. Default: 0, off.")
  private Double contrast;

  @Option(
      names = "--contrast-temperature",
      paramLabel = "X",
      description = "What --contrast divides cosines by. Default: 0.05.")
  private Double contrastTemperature;

  @Mixin private CoordinatesOption coordinates;

  @Option(
      names = "--loss-layers",
      paramLabel = "N",
      description = "Layers, from the top, whose states have loss terms. Default: 1.")
  private Integer lossLayers;

  @Option(
      names = "--lambda",
      split = ",",
      paramLabel = "CODE=X",
      description =
          "How far a language is pushed, in lengths of its direction: zh=1.5. Default: 1.")
  private Map<String, Double> lambdas;

  @Option(
      names = "--align-pivot",
      paramLabel = "WHICH",
      description = "What is pulled to: the central language as TRAINED or as in the REFERENCE.")
  private AlignPivot pivot;

  @Option(names = "--lr", paramLabel = "X", description = "Highest learning rate. Default: 1e-5.")
  private Double learningRate;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the texts. Default: 1.")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Texts in a micro-batch. Default: 1.")
  private Integer batch;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Micro-batches in an optimiser step. Default: 8.")
  private Integer accumulate;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Longest prompt, template included. Default: 128.")
  private Integer maxTokens;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "Parallel texts to train on; 0 for all. Default: 200.")
  private Integer maxTexts;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "Optimiser steps between checkpoints. Default: one per epoch.")
  private Integer checkpointEvery;

  void applyTo(LensConfigBuilder b) {
    set(topLayers, b::topLayers);
    set(loraRank, b::loraRank);
    set(loraAlpha, b::loraAlpha);
    set(loraTargets, b::loraTargets);
    set(align, b::align);
    set(separate, b::separate);
    set(retain, b::retain);
    set(contrast, b::contrast);
    set(contrastTemperature, b::contrastTemperature);
    coordinates.applyTo(b);
    set(lossLayers, b::lossLayers);
    if (lambdas != null) {
      lambdas.forEach(b::lambda);
    }
    set(pivot, b::alignPivot);
    set(learningRate, b::learningRate);
    set(epochs, b::epochs);
    set(batch, b::batchSize);
    set(accumulate, b::accumulation);
    set(maxTokens, b::trainMaxTokens);
    set(maxTexts, b::trainTexts);
    set(checkpointEvery, b::checkpointEvery);
  }

  /** Calls a setter unless the option was not given. */
  static <T> void set(T value, java.util.function.Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
