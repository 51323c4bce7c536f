package org.lensdl4j.lens.train;

import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.model.graph.Lora;

/** Collects {@link TuningConfig}; what each setting means is said there. */
public final class TuningConfigBuilder {
  private int topLayers = 2;
  private Lora lora;
  private double learningRate = 1e-5;
  private int epochs = 1;
  private int batchSize = 4;
  private int accumulation = 2;
  private Schedule schedule = Schedule.COSINE;
  private double warmupRatio = 0.05;
  private double weightDecay = 0.1;
  private double clipNorm = 1;
  private long seed = 42;
  private String systemPrompt = "You are a helpful assistant.";
  private int maxPromptTokens = 128;
  private int maxResponseTokens = 128;

  TuningConfigBuilder() {}

  TuningConfigBuilder(TuningConfig c) {
    topLayers = c.topLayers();
    lora = c.lora();
    learningRate = c.learningRate();
    epochs = c.epochs();
    batchSize = c.batchSize();
    accumulation = c.accumulation();
    schedule = c.schedule();
    warmupRatio = c.warmupRatio();
    weightDecay = c.weightDecay();
    clipNorm = c.clipNorm();
    seed = c.seed();
    systemPrompt = c.systemPrompt();
    maxPromptTokens = c.maxPromptTokens();
    maxResponseTokens = c.maxResponseTokens();
  }

  /** Layers that are trained, or get adapters. */
  public TuningConfigBuilder topLayers(int value) {
    topLayers = value;
    return this;
  }

  /** Adapters instead of full layers, or null. */
  public TuningConfigBuilder lora(Lora value) {
    lora = value;
    return this;
  }

  /** The highest learning rate. */
  public TuningConfigBuilder learningRate(double value) {
    learningRate = value;
    return this;
  }

  /** Passes over the instructions. */
  public TuningConfigBuilder epochs(int value) {
    epochs = value;
    return this;
  }

  /** Instructions of one graph run. */
  public TuningConfigBuilder batchSize(int value) {
    batchSize = value;
    return this;
  }

  /** Graph runs of one optimiser step. */
  public TuningConfigBuilder accumulation(int value) {
    accumulation = value;
    return this;
  }

  /** How the rate goes on after the warm-up. */
  public TuningConfigBuilder schedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** Share of the steps in which the rate rises. */
  public TuningConfigBuilder warmupRatio(double value) {
    warmupRatio = value;
    return this;
  }

  /** Decay of matrices. */
  public TuningConfigBuilder weightDecay(double value) {
    weightDecay = value;
    return this;
  }

  /** Largest gradient norm; 0 for no bound. */
  public TuningConfigBuilder clipNorm(double value) {
    clipNorm = value;
    return this;
  }

  /** Seed of the order. */
  public TuningConfigBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** The system turn; null for none. */
  public TuningConfigBuilder systemPrompt(String value) {
    systemPrompt = value;
    return this;
  }

  /** The most tokens of a prompt. */
  public TuningConfigBuilder maxPromptTokens(int value) {
    maxPromptTokens = value;
    return this;
  }

  /** The most tokens of a response. */
  public TuningConfigBuilder maxResponseTokens(int value) {
    maxResponseTokens = value;
    return this;
  }

  /**
   * The settings.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   */
  public TuningConfig build() {
    return new TuningConfig(
        topLayers,
        lora,
        learningRate,
        epochs,
        batchSize,
        accumulation,
        schedule,
        warmupRatio,
        weightDecay,
        clipNorm,
        seed,
        systemPrompt,
        maxPromptTokens,
        maxResponseTokens);
  }
}
