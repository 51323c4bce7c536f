package org.lensdl4j.lens.config;

import java.util.List;
import java.util.Map;

/**
 * Everything that decides the outcome of a Lens run; immutable, compared by value.
 *
 * <p>Made by {@link #builder()} or {@link #fromJson}; every option has a default but the languages.
 * Names are those of the JSON form, and {@link #options()} has all that is known of each. Defaults
 * are the ones of the original's published script, except {@code shuffle}.
 */
public final class LensConfig extends Settings {
  LensConfig(LensConfigBuilder given) {
    super(LensOptions.table(given.given()), given);
    Checks.languages(languages(), central());
    Checks.rank(rank(), languages());
    Checks.notEmpty("loraTargets", loraTargets());
    Checks.contrast(contrast(), batchSize());
    Checks.lossLayers(lossLayers(), topLayers());
    Checks.anyTerm(align(), separate(), retain());
    Checks.lambdas(lambdas(), languages(), central());
    Checks.requests(this);
  }

  /** The options with their defaults and ranges. */
  public static OptionTable options() {
    return LensOptions.TABLE;
  }

  /** A builder that holds the defaults. */
  public static LensConfigBuilder builder() {
    return new LensConfigBuilder();
  }

  /** A builder that holds these values. */
  public LensConfigBuilder toBuilder() {
    return new LensConfigBuilder(this);
  }

  /**
   * All languages, the central one included, in the order in which artefacts hold them; at least 2,
   * no duplicates.
   */
  public List<String> languages() {
    return get("languages");
  }

  /** The pivot language, one of {@link #languages}. */
  public String central() {
    return get("central");
  }

  /** Texts per language that are probed at most; 0 for all there are. */
  public int probeTexts() {
    return this.<Integer>get("probeTexts");
  }

  /** Longest prompt when probing, template included. */
  public int probeMaxTokens() {
    return this.<Integer>get("probeMaxTokens");
  }

  /** Whether texts are probed as they are, without the chat template. */
  public boolean probeRaw() {
    return this.<Boolean>get("probeRaw");
  }

  /** Texts that a language must have at least to be probed. */
  public int minTexts() {
    return this.<Integer>get("minTexts");
  }

  /** r, of the language-specific subspace; 0 for the largest, L-1. */
  public int rank() {
    return this.<Integer>get("rank");
  }

  /** q, of the language-agnostic subspace; 1 is the paper's, more needs parallel texts to probe. */
  public int agnosticRank() {
    return this.<Integer>get("agnosticRank");
  }

  /** Parallel texts that are trained on at most; 0 for all there are. */
  public int trainTexts() {
    return this.<Integer>get("trainTexts");
  }

  /** Longest prompt when training. */
  public int trainMaxTokens() {
    return this.<Integer>get("trainMaxTokens");
  }

  /**
   * Rank of low-rank adapters that are trained in place of the layers' own weights; 0 trains the
   * weights themselves.
   */
  public int loraRank() {
    return this.<Integer>get("loraRank");
  }

  /** The adapters' scale is {@code loraAlpha / loraRank}; 0 for twice the rank. */
  public double loraAlpha() {
    return this.<Double>get("loraAlpha");
  }

  /** The matrices that get adapters, by the last part of their names. */
  public List<String> loraTargets() {
    return get("loraTargets");
  }

  /** Weight of the pull in the agnostic subspace; 0 is off. */
  public double align() {
    return this.<Double>get("align");
  }

  /** Weight of the push in the specific subspace; 0 is off. */
  public double separate() {
    return this.<Double>get("separate");
  }

  /** Weight of the term that holds the central language; 0 is off. */
  public double retain() {
    return this.<Double>get("retain");
  }

  /**
   * Weight of the same term over the target languages: the mean over targets and parallel texts; 0,
   * the original, is off.
   */
  public double retainTargets() {
    return this.<Double>get("retainTargets");
  }

  /**
   * Weight of the contrastive term over parallel pairs; 0 is off. Its negatives are the other
   * prompts of a micro-batch, so it needs a {@code batchSize} of 2 at least.
   */
  public double contrast() {
    return this.<Double>get("contrast");
  }

  /** What the contrastive term divides cosines by. */
  public double contrastTemperature() {
    return this.<Double>get("contrastTemperature");
  }

  /**
   * What all terms are measured in; STANDARDISED ones are those that the language space is fitted
   * in, too.
   */
  public LossCoordinates coordinates() {
    return get("coordinates");
  }

  /**
   * Layers whose states align, separate and retain compare: the last one and those below it, each
   * with its own subspaces; at most {@code topLayers}.
   */
  public int lossLayers() {
    return this.<Integer>get("lossLayers");
  }

  /** Per target language the scale of its displacement; where absent see {@link #lambda}. */
  public Map<String, Double> lambdas() {
    return get("lambdas");
  }

  /** Which state of the central language {@code align} pulls to. */
  public AlignPivot alignPivot() {
    return get("alignPivot");
  }

  /** What requests for a language are trained towards; NONE trains on parallel texts. */
  public RequestTarget target() {
    return get("target");
  }

  /** Tokens of an answer that are trained on at most. */
  public int answerMaxTokens() {
    return this.<Integer>get("answerMaxTokens");
  }

  /**
   * Weight of the term that keeps answers from other languages' directions, at the layers that
   * {@link #lossLayers} counts; 0 is off.
   */
  public double fence() {
    return this.<Double>get("fence");
  }

  /** Of Adam, in [0, 1). */
  public double beta1() {
    return this.<Double>get("beta1");
  }

  /** Of Adam, in [0, 1). */
  public double beta2() {
    return this.<Double>get("beta2");
  }

  /** Of Adam. */
  public double epsilon() {
    return this.<Double>get("epsilon");
  }

  /**
   * Whether each epoch takes the texts in a new seeded order. Off by default, unlike the original's
   * trainer: the order of the file is easy to reproduce.
   */
  public boolean shuffle() {
    return this.<Boolean>get("shuffle");
  }

  /** Whether the original code's deviations are reproduced. */
  public Compat compat() {
    return get("compat");
  }

  /** Optimiser steps between two checkpoints; 0 for one per epoch. */
  public int checkpointEvery() {
    return this.<Integer>get("checkpointEvery");
  }

  /** The languages but the central one, in order. */
  public List<String> targets() {
    return languages().stream().filter(l -> !l.equals(central())).toList();
  }

  /** The displacement's scale of one target language: where none is set, 1, or 0.3 of requests. */
  public double lambda(String language) {
    return lambdas().getOrDefault(language, LensOptions.lambda(target()));
  }

  /** Whether low-rank adapters are trained, and not the layers' own weights. */
  public boolean usesLora() {
    return loraRank() > 0;
  }

  /** The numerator of the adapters' scale with the default resolved. */
  public double resolvedLoraAlpha() {
    return loraAlpha() == 0 ? 2.0 * loraRank() : loraAlpha();
  }

  /** The rank of the specific subspace with the default resolved. */
  public int resolvedRank() {
    return rank() == 0 ? languages().size() - 1 : rank();
  }

  /**
   * The JSON form: one object, every option by its name. Those of requests are left out where none
   * are trained on.
   */
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
    return Fingerprint.of(this, Option.Affects.RESULT);
  }

  /** Like {@link #fingerprint()}, of the options that influence a language space. */
  public String probingFingerprint() {
    return Fingerprint.of(this, Option.Affects.SPACE);
  }
}
