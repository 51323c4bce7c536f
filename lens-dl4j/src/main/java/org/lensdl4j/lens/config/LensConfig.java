package org.lensdl4j.lens.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that decides the outcome of a Lens run; immutable, compared by value.
 *
 * <p>Made by {@link #builder()} or {@link #fromJson}; every option has a default but the languages.
 * Names are those of the JSON form. Defaults are the ones of the original's published script,
 * except {@code shuffle}.
 *
 * @param languages all languages, the central one included, in the order in which artefacts hold
 *     them; at least 2, no doubles
 * @param central the pivot language, one of {@code languages}
 * @param systemPrompt system message of every prompt, for probing and training alike; may be empty
 * @param probeTexts texts per language that are probed at most; 0 for all there are
 * @param probeMaxTokens longest prompt when probing, template included
 * @param minTexts texts that a language must have at least to be probed
 * @param rank r, of the language-specific subspace; 0 for the largest, L-1
 * @param agnosticRank q, of the language-agnostic subspace; 1 is the paper's, more needs parallel
 *     texts to probe
 * @param trainTexts parallel texts that are trained on at most; 0 for all there are
 * @param trainMaxTokens longest prompt when training
 * @param topLayers t, decoder layers trained
 * @param loraRank rank of low-rank adapters that are trained in place of the layers' own weights; 0
 *     trains the weights themselves
 * @param loraAlpha the adapters' scale is {@code loraAlpha / loraRank}; 0 for twice the rank
 * @param loraTargets the matrices that get adapters, by the last part of their names
 * @param align weight of the pull in the agnostic subspace; 0 is off
 * @param separate weight of the push in the specific subspace; 0 is off
 * @param retain weight of the term that holds the central language; 0 is off
 * @param retainTargets weight of the same term over the target languages: the mean over targets and
 *     parallel texts; 0, the original, is off
 * @param contrast weight of the contrastive term over parallel pairs; 0 is off. Its negatives are
 *     the other prompts of a micro-batch, so it needs a {@code batchSize} of 2 at least
 * @param contrastTemperature what the contrastive term divides cosines by
 * @param coordinates that all terms are measured in; STANDARDISED ones are those that the language
 *     space is fitted in, too
 * @param lossLayers layers whose states align, separate and retain compare: the last one and those
 *     below it, each with its own subspaces; at most {@code topLayers}
 * @param lambdas per target language the scale of its displacement; 1 where absent
 * @param alignPivot which state of the central language {@code align} pulls to
 * @param learningRate the highest rate
 * @param epochs passes over the texts
 * @param batchSize prompts (of every language) in one micro-batch
 * @param accumulation micro-batches in one optimiser step
 * @param schedule the rate after the warm-up
 * @param warmupRatio part of all steps in which the rate rises from 0, in [0, 1)
 * @param weightDecay of matrices; norms and biases have none
 * @param clipNorm largest gradient norm; 0 for no clipping
 * @param beta1 of Adam, in [0, 1)
 * @param beta2 of Adam, in [0, 1)
 * @param epsilon of Adam
 * @param shuffle whether each epoch takes the texts in a new seeded order. Off by default, unlike
 *     the original's trainer: the order of the file is the order that anybody can reproduce
 * @param seed of everything random
 * @param compat whether the original code's deviations are reproduced
 * @param checkpointEvery optimiser steps between two checkpoints; 0 for one per epoch
 */
public record LensConfig(
    List<String> languages,
    String central,
    String systemPrompt,
    int probeTexts,
    int probeMaxTokens,
    int minTexts,
    int rank,
    int agnosticRank,
    int trainTexts,
    int trainMaxTokens,
    int topLayers,
    int loraRank,
    double loraAlpha,
    List<String> loraTargets,
    double align,
    double separate,
    double retain,
    double retainTargets,
    double contrast,
    double contrastTemperature,
    LossCoordinates coordinates,
    int lossLayers,
    Map<String, Double> lambdas,
    AlignPivot alignPivot,
    double learningRate,
    int epochs,
    int batchSize,
    int accumulation,
    Schedule schedule,
    double warmupRatio,
    double weightDecay,
    double clipNorm,
    double beta1,
    double beta2,
    double epsilon,
    boolean shuffle,
    long seed,
    Compat compat,
    int checkpointEvery) {

  /** Checks every option. */
  public LensConfig {
    languages = List.copyOf(languages);
    loraTargets = List.copyOf(loraTargets);
    lambdas = java.util.Collections.unmodifiableMap(new TreeMap<>(lambdas));
    Checks.languages(languages, central);
    Checks.notNull("systemPrompt", systemPrompt);
    Checks.atLeast("probeTexts", probeTexts, 0);
    Checks.atLeast("probeMaxTokens", probeMaxTokens, 1);
    Checks.atLeast("minTexts", minTexts, 1);
    Checks.rank(rank, languages);
    Checks.atLeast("agnosticRank", agnosticRank, 1);
    Checks.atLeast("trainTexts", trainTexts, 0);
    Checks.atLeast("trainMaxTokens", trainMaxTokens, 1);
    Checks.atLeast("topLayers", topLayers, 1);
    Checks.atLeast("loraRank", loraRank, 0);
    Checks.notNegative("loraAlpha", loraAlpha);
    Checks.notEmpty("loraTargets", loraTargets);
    Checks.notNegative("align", align);
    Checks.notNegative("separate", separate);
    Checks.notNegative("retain", retain);
    Checks.notNegative("retainTargets", retainTargets);
    Checks.contrast(contrast, batchSize);
    Checks.positive("contrastTemperature", contrastTemperature);
    Checks.notNull("coordinates", coordinates);
    Checks.lossLayers(lossLayers, topLayers);
    Checks.anyTerm(align, separate, retain);
    Checks.lambdas(lambdas, languages, central);
    Checks.notNull("alignPivot", alignPivot);
    Checks.positive("learningRate", learningRate);
    Checks.atLeast("epochs", epochs, 1);
    Checks.atLeast("batchSize", batchSize, 1);
    Checks.atLeast("accumulation", accumulation, 1);
    Checks.notNull("schedule", schedule);
    Checks.fraction("warmupRatio", warmupRatio);
    Checks.notNegative("weightDecay", weightDecay);
    Checks.notNegative("clipNorm", clipNorm);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.positive("epsilon", epsilon);
    Checks.notNull("compat", compat);
    Checks.atLeast("checkpointEvery", checkpointEvery, 0);
  }

  /** A builder that holds the defaults. */
  public static LensConfigBuilder builder() {
    return new LensConfigBuilder();
  }

  /** A builder that holds these values. */
  public LensConfigBuilder toBuilder() {
    return new LensConfigBuilder(this);
  }

  /** The languages but the central one, in order. */
  public List<String> targets() {
    return languages.stream().filter(l -> !l.equals(central)).toList();
  }

  /** The displacement's scale of one target language. */
  public double lambda(String language) {
    return lambdas.getOrDefault(language, 1.0);
  }

  /** Whether low-rank adapters are trained, and not the layers' own weights. */
  public boolean usesLora() {
    return loraRank > 0;
  }

  /** The numerator of the adapters' scale with the default resolved. */
  public double resolvedLoraAlpha() {
    return loraAlpha == 0 ? 2.0 * loraRank : loraAlpha;
  }

  /** The rank of the specific subspace with the default resolved. */
  public int resolvedRank() {
    return rank == 0 ? languages.size() - 1 : rank;
  }

  /** The JSON form: one object, every option by its name. */
  public String toJson() {
    return LensConfigJson.write(this);
  }

  /**
   * Reads the JSON form; options that are absent have their defaults.
   *
   * @throws org.lensdl4j.model.base.LensException for unknown options, wrong types and values out
   *     of range
   */
  public static LensConfig fromJson(String json) {
    return LensConfigJson.read(json);
  }

  /**
   * SHA-256, in hex, of all options that influence results ({@code checkpointEvery} does not).
   * Equal for equal settings whatever the order of the JSON they came from.
   */
  public String fingerprint() {
    return LensConfigJson.fingerprint(this, name -> !name.equals("checkpointEvery"));
  }

  /** Like {@link #fingerprint()}, of the options that influence a language space. */
  public String probingFingerprint() {
    return LensConfigJson.fingerprint(this, LensConfigJson.PROBING::contains);
  }
}
