package org.lensdl4j.lens.config;

import java.util.Map;

/**
 * Values of all options of a table, and by name those that every training has. Immutable, compared
 * by value.
 */
public abstract class Settings {
  private final Map<String, Object> values;

  /**
   * Checks every value.
   *
   * @throws org.lensdl4j.model.base.LensException naming the option that is out of range
   */
  protected Settings(OptionTable options, SettingsBuilder<?> given) {
    values = options.checked(given.given());
  }

  /** All values by the names of their options. */
  public final Map<String, Object> values() {
    return values;
  }

  /** The value of an option, of its type. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  protected final <T> T get(String option) {
    return (T) values.get(option);
  }

  /** System message of every prompt; may be empty. */
  public final String systemPrompt() {
    return get("systemPrompt");
  }

  /** t, decoder layers trained, counted from the top. */
  public final int topLayers() {
    return this.<Integer>get("topLayers");
  }

  /** The highest learning rate. */
  public final double learningRate() {
    return this.<Double>get("learningRate");
  }

  /** Passes over the texts. */
  public final int epochs() {
    return this.<Integer>get("epochs");
  }

  /** Prompts (of every language) or instructions in one micro-batch. */
  public final int batchSize() {
    return this.<Integer>get("batchSize");
  }

  /** Micro-batches in one optimiser step. */
  public final int accumulation() {
    return this.<Integer>get("accumulation");
  }

  /** The rate after the warm-up. */
  public final Schedule schedule() {
    return get("schedule");
  }

  /** Part of all steps in which the rate rises from 0, in [0, 1). */
  public final double warmupRatio() {
    return this.<Double>get("warmupRatio");
  }

  /** Decay of matrices; norms and biases have none. */
  public final double weightDecay() {
    return this.<Double>get("weightDecay");
  }

  /** Largest gradient norm; 0 for no clipping. */
  public final double clipNorm() {
    return this.<Double>get("clipNorm");
  }

  /** Of everything random. */
  public final long seed() {
    return this.<Long>get("seed");
  }

  @Override
  public final boolean equals(Object other) {
    return other != null
        && other.getClass() == getClass()
        && ((Settings) other).values.equals(values);
  }

  @Override
  public final int hashCode() {
    return values.hashCode();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + values;
  }
}
