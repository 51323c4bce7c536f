package org.lensdl4j.lens.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Collects values of options, by name or by the methods of those that every training has. What each
 * means is said where it is read.
 *
 * @param <B> the builder itself
 */
public abstract class SettingsBuilder<B extends SettingsBuilder<B>> {
  private final OptionTable options;
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** A builder that holds the defaults. */
  protected SettingsBuilder(OptionTable options) {
    this.options = options;
  }

  /** A builder that holds these values. */
  protected SettingsBuilder(OptionTable options, Settings from) {
    this.options = options;
    values.putAll(from.values());
  }

  final Map<String, Object> given() {
    return values;
  }

  /** The value of an option as it is now. */
  protected final Object get(String option) {
    return values.getOrDefault(option, options.get(option).initial());
  }

  /**
   * Sets any option.
   *
   * @param option its name
   * @param value of its type, or as JSON has it
   * @throws org.lensdl4j.model.base.LensException if there is no such option, or for a value of
   *     another type; the range is looked at in the end
   */
  @SuppressWarnings("unchecked")
  public B set(String option, Object value) {
    Option known = options.get(option);
    values.put(option, value == null ? null : known.typed(value));
    return (B) this;
  }

  /** See {@link Settings#systemPrompt}. */
  public B systemPrompt(String value) {
    return set("systemPrompt", value);
  }

  /** See {@link Settings#topLayers}. */
  public B topLayers(int value) {
    return set("topLayers", value);
  }

  /** See {@link Settings#learningRate}. */
  public B learningRate(double value) {
    return set("learningRate", value);
  }

  /** See {@link Settings#epochs}. */
  public B epochs(int value) {
    return set("epochs", value);
  }

  /** See {@link Settings#batchSize}. */
  public B batchSize(int value) {
    return set("batchSize", value);
  }

  /** See {@link Settings#accumulation}. */
  public B accumulation(int value) {
    return set("accumulation", value);
  }

  /** See {@link Settings#schedule}. */
  public B schedule(Schedule value) {
    return set("schedule", value);
  }

  /** See {@link Settings#warmupRatio}. */
  public B warmupRatio(double value) {
    return set("warmupRatio", value);
  }

  /** See {@link Settings#weightDecay}. */
  public B weightDecay(double value) {
    return set("weightDecay", value);
  }

  /** See {@link Settings#clipNorm}. */
  public B clipNorm(double value) {
    return set("clipNorm", value);
  }

  /** See {@link Settings#seed}. */
  public B seed(long value) {
    return set("seed", value);
  }
}
