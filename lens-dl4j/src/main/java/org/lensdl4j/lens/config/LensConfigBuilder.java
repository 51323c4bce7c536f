package org.lensdl4j.lens.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects the options of a {@link LensConfig}; their meaning is documented there. Checked by
 * {@link #build()}.
 */
public final class LensConfigBuilder extends SettingsBuilder<LensConfigBuilder> {
  LensConfigBuilder() {
    super(LensOptions.TABLE);
  }

  LensConfigBuilder(LensConfig from) {
    super(LensOptions.TABLE, from);
  }

  /** See {@link LensConfig#languages}. */
  public LensConfigBuilder languages(List<String> value) {
    return set("languages", value);
  }

  /** All languages, the central one included. */
  public LensConfigBuilder languages(String... values) {
    return languages(List.of(values));
  }

  /** Sets the central language and, after it in order, the targets. */
  public LensConfigBuilder centralAndTargets(String pivot, List<String> targets) {
    List<String> all = new ArrayList<>(List.of(pivot));
    all.addAll(targets);
    return central(pivot).languages(all);
  }

  /** Sets all scales at once, those not named to the default. */
  public LensConfigBuilder lambdas(Map<String, Double> value) {
    return set("lambdas", value);
  }

  /** Sets the scale of one target language's displacement. */
  public LensConfigBuilder lambda(String language, double value) {
    Map<Object, Object> all = new TreeMap<>((Map<?, ?>) get("lambdas"));
    all.put(language, value);
    return set("lambdas", all);
  }

  /** See {@link LensConfig#central}. */
  public LensConfigBuilder central(String value) {
    return set("central", value);
  }

  /** See {@link LensConfig#probeTexts}. */
  public LensConfigBuilder probeTexts(int value) {
    return set("probeTexts", value);
  }

  /** See {@link LensConfig#probeMaxTokens}. */
  public LensConfigBuilder probeMaxTokens(int value) {
    return set("probeMaxTokens", value);
  }

  /** See {@link LensConfig#probeRaw}. */
  public LensConfigBuilder probeRaw(boolean value) {
    return set("probeRaw", value);
  }

  /** See {@link LensConfig#minTexts}. */
  public LensConfigBuilder minTexts(int value) {
    return set("minTexts", value);
  }

  /** See {@link LensConfig#rank}. */
  public LensConfigBuilder rank(int value) {
    return set("rank", value);
  }

  /** See {@link LensConfig#agnosticRank}. */
  public LensConfigBuilder agnosticRank(int value) {
    return set("agnosticRank", value);
  }

  /** See {@link LensConfig#trainTexts}. */
  public LensConfigBuilder trainTexts(int value) {
    return set("trainTexts", value);
  }

  /** See {@link LensConfig#trainMaxTokens}. */
  public LensConfigBuilder trainMaxTokens(int value) {
    return set("trainMaxTokens", value);
  }

  /** See {@link LensConfig#loraRank}. */
  public LensConfigBuilder loraRank(int value) {
    return set("loraRank", value);
  }

  /** See {@link LensConfig#loraAlpha}. */
  public LensConfigBuilder loraAlpha(double value) {
    return set("loraAlpha", value);
  }

  /** See {@link LensConfig#loraTargets}. */
  public LensConfigBuilder loraTargets(List<String> value) {
    return set("loraTargets", value);
  }

  /** See {@link LensConfig#align}. */
  public LensConfigBuilder align(double value) {
    return set("align", value);
  }

  /** See {@link LensConfig#separate}. */
  public LensConfigBuilder separate(double value) {
    return set("separate", value);
  }

  /** See {@link LensConfig#retain}. */
  public LensConfigBuilder retain(double value) {
    return set("retain", value);
  }

  /** See {@link LensConfig#retainTargets}. */
  public LensConfigBuilder retainTargets(double value) {
    return set("retainTargets", value);
  }

  /** See {@link LensConfig#contrast}. */
  public LensConfigBuilder contrast(double value) {
    return set("contrast", value);
  }

  /** See {@link LensConfig#contrastTemperature}. */
  public LensConfigBuilder contrastTemperature(double value) {
    return set("contrastTemperature", value);
  }

  /** See {@link LensConfig#coordinates}. */
  public LensConfigBuilder coordinates(LossCoordinates value) {
    return set("coordinates", value);
  }

  /** See {@link LensConfig#lossLayers}. */
  public LensConfigBuilder lossLayers(int value) {
    return set("lossLayers", value);
  }

  /** See {@link LensConfig#alignPivot}. */
  public LensConfigBuilder alignPivot(AlignPivot value) {
    return set("alignPivot", value);
  }

  /** See {@link LensConfig#target}. */
  public LensConfigBuilder target(RequestTarget value) {
    return set("target", value);
  }

  /** Whether a {@link LensConfig#target} is set. */
  public boolean hasTarget() {
    return ((RequestTarget) get("target")).isOn();
  }

  /** See {@link LensConfig#answerMaxTokens}. */
  public LensConfigBuilder answerMaxTokens(int value) {
    return set("answerMaxTokens", value);
  }

  /** See {@link LensConfig#fence}. */
  public LensConfigBuilder fence(double value) {
    return set("fence", value);
  }

  /** See {@link LensConfig#beta1}. */
  public LensConfigBuilder beta1(double value) {
    return set("beta1", value);
  }

  /** See {@link LensConfig#beta2}. */
  public LensConfigBuilder beta2(double value) {
    return set("beta2", value);
  }

  /** See {@link LensConfig#epsilon}. */
  public LensConfigBuilder epsilon(double value) {
    return set("epsilon", value);
  }

  /** See {@link LensConfig#shuffle}. */
  public LensConfigBuilder shuffle(boolean value) {
    return set("shuffle", value);
  }

  /** See {@link LensConfig#compat}. */
  public LensConfigBuilder compat(Compat value) {
    return set("compat", value);
  }

  /** See {@link LensConfig#checkpointEvery}. */
  public LensConfigBuilder checkpointEvery(int value) {
    return set("checkpointEvery", value);
  }

  /**
   * The checked configuration.
   *
   * @throws org.lensdl4j.model.base.LensException if a value is out of range; the message names it
   */
  public LensConfig build() {
    return new LensConfig(this);
  }
}
