package org.lensdl4j.lens.train;

import org.lensdl4j.lens.config.SettingsBuilder;
import org.lensdl4j.model.graph.Lora;

/** Collects {@link TuningConfig}; each setting is documented there. */
public final class TuningConfigBuilder extends SettingsBuilder<TuningConfigBuilder> {
  TuningConfigBuilder() {
    super(TuningConfig.options());
  }

  TuningConfigBuilder(TuningConfig from) {
    super(TuningConfig.options(), from);
  }

  /** Adapters instead of full layers, or null. */
  public TuningConfigBuilder lora(Lora value) {
    return set("lora", value);
  }

  /** The most tokens of a prompt. */
  public TuningConfigBuilder maxPromptTokens(int value) {
    return set("maxPromptTokens", value);
  }

  /** The most tokens of a response. */
  public TuningConfigBuilder maxResponseTokens(int value) {
    return set("maxResponseTokens", value);
  }

  /**
   * The settings.
   *
   * @throws org.lensdl4j.model.base.LensException naming the setting that is out of range
   */
  public TuningConfig build() {
    return new TuningConfig(this);
  }
}
