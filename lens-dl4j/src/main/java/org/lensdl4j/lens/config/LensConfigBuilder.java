package org.lensdl4j.lens.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects the options of a {@link LensConfig}; what they mean stands there. Checked by {@link
 * #build()}.
 */
public final class LensConfigBuilder {
  private List<String> languages = List.of();
  private String central = "en";
  private String systemPrompt = "You are a helpful assistant.";
  private int probeTexts = 300;
  private int probeMaxTokens = 64;
  private int minTexts = 10;
  private int rank = 0;
  private int agnosticRank = 1;
  private int trainTexts = 200;
  private int trainMaxTokens = 128;
  private int topLayers = 2;
  private int loraRank = 0;
  private double loraAlpha = 0;
  private List<String> loraTargets = List.of("q_proj", "v_proj");
  private double align = 1;
  private double separate = 1;
  private double retain = 1;
  private double retainTargets;
  private double contrast = 0;
  private double contrastTemperature = 0.05;
  private LossCoordinates coordinates = LossCoordinates.RAW;
  private int lossLayers = 1;
  private Map<String, Double> lambdas = new TreeMap<>();
  private AlignPivot alignPivot = AlignPivot.TRAINED;
  private double learningRate = 1e-5;
  private int epochs = 1;
  private int batchSize = 1;
  private int accumulation = 8;
  private Schedule schedule = Schedule.COSINE;
  private double warmupRatio = 0.05;
  private double weightDecay = 0.1;
  private double clipNorm = 1;
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double epsilon = 1e-8;
  private boolean shuffle = false;
  private long seed = 42;
  private Compat compat = Compat.NONE;
  private int checkpointEvery = 0;

  LensConfigBuilder() {}

  LensConfigBuilder(LensConfig from) {
    languages = from.languages();
    central = from.central();
    systemPrompt = from.systemPrompt();
    probeTexts = from.probeTexts();
    probeMaxTokens = from.probeMaxTokens();
    minTexts = from.minTexts();
    rank = from.rank();
    agnosticRank = from.agnosticRank();
    trainTexts = from.trainTexts();
    trainMaxTokens = from.trainMaxTokens();
    topLayers = from.topLayers();
    loraRank = from.loraRank();
    loraAlpha = from.loraAlpha();
    loraTargets = from.loraTargets();
    align = from.align();
    separate = from.separate();
    retain = from.retain();
    retainTargets = from.retainTargets();
    contrast = from.contrast();
    contrastTemperature = from.contrastTemperature();
    coordinates = from.coordinates();
    lossLayers = from.lossLayers();
    lambdas = new TreeMap<>(from.lambdas());
    alignPivot = from.alignPivot();
    learningRate = from.learningRate();
    epochs = from.epochs();
    batchSize = from.batchSize();
    accumulation = from.accumulation();
    schedule = from.schedule();
    warmupRatio = from.warmupRatio();
    weightDecay = from.weightDecay();
    clipNorm = from.clipNorm();
    beta1 = from.beta1();
    beta2 = from.beta2();
    epsilon = from.epsilon();
    shuffle = from.shuffle();
    seed = from.seed();
    compat = from.compat();
    checkpointEvery = from.checkpointEvery();
  }

  /** See {@link LensConfig#languages}. */
  public LensConfigBuilder languages(List<String> value) {
    languages = List.copyOf(value);
    return this;
  }

  /** All languages, the central one included. */
  public LensConfigBuilder languages(String... values) {
    return languages(List.of(values));
  }

  /** Sets the central language and, after it in order, the targets. */
  public LensConfigBuilder centralAndTargets(String pivot, List<String> targets) {
    List<String> all = new ArrayList<>();
    all.add(pivot);
    all.addAll(targets);
    central = pivot;
    languages = List.copyOf(all);
    return this;
  }

  /** See {@link LensConfig#central}. */
  public LensConfigBuilder central(String value) {
    central = value;
    return this;
  }

  /** See {@link LensConfig#systemPrompt}. */
  public LensConfigBuilder systemPrompt(String value) {
    systemPrompt = value;
    return this;
  }

  /** See {@link LensConfig#probeTexts}. */
  public LensConfigBuilder probeTexts(int value) {
    probeTexts = value;
    return this;
  }

  /** See {@link LensConfig#probeMaxTokens}. */
  public LensConfigBuilder probeMaxTokens(int value) {
    probeMaxTokens = value;
    return this;
  }

  /** See {@link LensConfig#minTexts}. */
  public LensConfigBuilder minTexts(int value) {
    minTexts = value;
    return this;
  }

  /** See {@link LensConfig#rank}. */
  public LensConfigBuilder rank(int value) {
    rank = value;
    return this;
  }

  /** See {@link LensConfig#agnosticRank}. */
  public LensConfigBuilder agnosticRank(int value) {
    agnosticRank = value;
    return this;
  }

  /** See {@link LensConfig#trainTexts}. */
  public LensConfigBuilder trainTexts(int value) {
    trainTexts = value;
    return this;
  }

  /** See {@link LensConfig#trainMaxTokens}. */
  public LensConfigBuilder trainMaxTokens(int value) {
    trainMaxTokens = value;
    return this;
  }

  /** See {@link LensConfig#topLayers}. */
  public LensConfigBuilder topLayers(int value) {
    topLayers = value;
    return this;
  }

  /** See {@link LensConfig#loraRank}. */
  public LensConfigBuilder loraRank(int value) {
    loraRank = value;
    return this;
  }

  /** See {@link LensConfig#loraAlpha}. */
  public LensConfigBuilder loraAlpha(double value) {
    loraAlpha = value;
    return this;
  }

  /** See {@link LensConfig#loraTargets}. */
  public LensConfigBuilder loraTargets(List<String> names) {
    loraTargets = List.copyOf(names);
    return this;
  }

  /** See {@link LensConfig#align}. */
  public LensConfigBuilder align(double value) {
    align = value;
    return this;
  }

  /** See {@link LensConfig#separate}. */
  public LensConfigBuilder separate(double value) {
    separate = value;
    return this;
  }

  /** See {@link LensConfig#retain}. */
  public LensConfigBuilder retain(double value) {
    retain = value;
    return this;
  }

  /** See {@link LensConfig#retainTargets}. */
  public LensConfigBuilder retainTargets(double value) {
    retainTargets = value;
    return this;
  }

  /** See {@link LensConfig#contrast}. */
  public LensConfigBuilder contrast(double value) {
    contrast = value;
    return this;
  }

  /** See {@link LensConfig#contrastTemperature}. */
  public LensConfigBuilder contrastTemperature(double value) {
    contrastTemperature = value;
    return this;
  }

  /** See {@link LensConfig#coordinates}. */
  public LensConfigBuilder coordinates(LossCoordinates value) {
    coordinates = value;
    return this;
  }

  /** See {@link LensConfig#lossLayers}. */
  public LensConfigBuilder lossLayers(int value) {
    lossLayers = value;
    return this;
  }

  /** Sets all scales at once, those not named to 1. */
  public LensConfigBuilder lambdas(Map<String, Double> value) {
    lambdas = new TreeMap<>(value);
    return this;
  }

  /** Sets the scale of one target language's displacement. */
  public LensConfigBuilder lambda(String language, double value) {
    lambdas.put(language, value);
    return this;
  }

  /** See {@link LensConfig#alignPivot}. */
  public LensConfigBuilder alignPivot(AlignPivot value) {
    alignPivot = value;
    return this;
  }

  /** See {@link LensConfig#learningRate}. */
  public LensConfigBuilder learningRate(double value) {
    learningRate = value;
    return this;
  }

  /** See {@link LensConfig#epochs}. */
  public LensConfigBuilder epochs(int value) {
    epochs = value;
    return this;
  }

  /** See {@link LensConfig#batchSize}. */
  public LensConfigBuilder batchSize(int value) {
    batchSize = value;
    return this;
  }

  /** See {@link LensConfig#accumulation}. */
  public LensConfigBuilder accumulation(int value) {
    accumulation = value;
    return this;
  }

  /** See {@link LensConfig#schedule}. */
  public LensConfigBuilder schedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** See {@link LensConfig#warmupRatio}. */
  public LensConfigBuilder warmupRatio(double value) {
    warmupRatio = value;
    return this;
  }

  /** See {@link LensConfig#weightDecay}. */
  public LensConfigBuilder weightDecay(double value) {
    weightDecay = value;
    return this;
  }

  /** See {@link LensConfig#clipNorm}. */
  public LensConfigBuilder clipNorm(double value) {
    clipNorm = value;
    return this;
  }

  /** See {@link LensConfig#beta1}. */
  public LensConfigBuilder beta1(double value) {
    beta1 = value;
    return this;
  }

  /** See {@link LensConfig#beta2}. */
  public LensConfigBuilder beta2(double value) {
    beta2 = value;
    return this;
  }

  /** See {@link LensConfig#epsilon}. */
  public LensConfigBuilder epsilon(double value) {
    epsilon = value;
    return this;
  }

  /** See {@link LensConfig#shuffle}. */
  public LensConfigBuilder shuffle(boolean value) {
    shuffle = value;
    return this;
  }

  /** See {@link LensConfig#seed}. */
  public LensConfigBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** See {@link LensConfig#compat}. */
  public LensConfigBuilder compat(Compat value) {
    compat = value;
    return this;
  }

  /** See {@link LensConfig#checkpointEvery}. */
  public LensConfigBuilder checkpointEvery(int value) {
    checkpointEvery = value;
    return this;
  }

  /**
   * The checked configuration.
   *
   * @throws org.lensdl4j.model.base.LensException if a value is out of range; the message names it
   */
  public LensConfig build() {
    return new LensConfig(
        languages,
        central,
        systemPrompt,
        probeTexts,
        probeMaxTokens,
        minTexts,
        rank,
        agnosticRank,
        trainTexts,
        trainMaxTokens,
        topLayers,
        loraRank,
        loraAlpha,
        loraTargets,
        align,
        separate,
        retain,
        retainTargets,
        contrast,
        contrastTemperature,
        coordinates,
        lossLayers,
        lambdas,
        alignPivot,
        learningRate,
        epochs,
        batchSize,
        accumulation,
        schedule,
        warmupRatio,
        weightDecay,
        clipNorm,
        beta1,
        beta2,
        epsilon,
        shuffle,
        seed,
        compat,
        checkpointEvery);
  }
}
