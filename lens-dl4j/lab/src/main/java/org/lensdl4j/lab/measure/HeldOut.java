package org.lensdl4j.lab.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.Weights;

/**
 * The measuring job: held-out parallel texts go through the frozen layers once, and from there
 * through the top layers of the model before and after training.
 *
 * <p>Prompts are those of training ({@code trainMaxTokens}), always in the correct form: what
 * {@code compat} changes in probing and training is not a way to measure.
 */
public final class HeldOut {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final TransformerModel model;
  private final ParallelCorpus corpus;
  private final Map<String, List<HeldOutText>> texts = new LinkedHashMap<>();
  private final Progress progress;
  private final boolean bits;
  private final Pooling position;

  private HeldOut(
      TransformerModel model,
      ParallelCorpus corpus,
      LensConfig config,
      Pooling position,
      boolean bits,
      Progress progress) {
    this.model = model;
    this.corpus = corpus;
    this.position = position;
    this.bits = bits && !model.config().isEncoder();
    this.progress = progress;
    PromptEncoder encoder =
        PromptEncoder.builder(model.tokenizer())
            .template(model.chatTemplate().orElse(null))
            .system(config.systemPrompt())
            .maxTokens(config.trainMaxTokens())
            .build();
    for (String language : corpus.languages()) {
      List<HeldOutText> own = new ArrayList<>();
      for (String text : corpus.strings(language)) {
        own.add(HeldOutText.of(text, model.tokenizer(), encoder));
      }
      texts.put(language, own);
    }
  }

  /**
   * Compares a model with its trained self.
   *
   * @param after all weights after training, for example {@link
   *     org.lensdl4j.model.weights.OverlayWeights}; below the top {@code config.topLayers()} layers
   *     they must be the model's own
   * @param corpus texts that were not trained on
   * @param bits whether to measure bits per byte, which needs the LM head on every token and takes
   *     most of the time; left out of an encoder, which has no such head
   * @param progress hears about it as {@code measuring}
   */
  public static Comparison compare(
      TransformerModel model,
      Weights after,
      LanguageSpace space,
      ParallelCorpus corpus,
      LensConfig config,
      boolean bits,
      Progress progress) {
    space.requireModel(model.hash()).requireLanguages(corpus.languages(), corpus.central());
    Pooling position = StatePosition.of(space, model.config());
    HeldOut job = new HeldOut(model, corpus, config, position, bits, progress);
    int boundary = Math.max(0, model.config().layers() - config.topLayers());
    try (HiddenStates states = job.boundary(boundary)) {
      Snapshot first;
      try (HiddenStates copy = states.copy()) {
        first = job.top(copy, model.weights(), "before", PROCESSORS);
      }
      Snapshot second = job.top(states, after, "after", PROCESSORS);
      return Comparison.of(space, first, second, config.seed());
    }
  }

  /**
   * The job in parts, for measuring several trained models on the same texts: states that enter the
   * trained layers once ({@link #boundary}), from there each model's ({@link #top}). Safe for
   * several threads.
   *
   * @param config its system prompt and {@code trainMaxTokens} are used
   * @param position what is read of a text, see {@link StatePosition}
   * @param bits whether to measure bits per byte; left out of an encoder
   * @param progress hears about it
   */
  public static HeldOut of(
      TransformerModel model,
      ParallelCorpus corpus,
      LensConfig config,
      Pooling position,
      boolean bits,
      Progress progress) {
    return new HeldOut(model, corpus, config, position, bits, progress);
  }

  /** One model alone, at its usual position. */
  public static Snapshot snapshot(
      TransformerModel model,
      ParallelCorpus corpus,
      LensConfig config,
      boolean bits,
      Progress progress) {
    Pooling position = StatePosition.usual(model.config());
    HeldOut job = of(model, corpus, config, position, bits, progress);
    try (HiddenStates states = job.boundary(0)) {
      return job.top(states, model.weights(), "states", PROCESSORS);
    }
  }

  /** All prompts, language by language. */
  public List<TokenSequence> prompts() {
    return texts.values().stream().flatMap(List::stream).map(HeldOutText::prompt).toList();
  }

  /**
   * The model's states of all prompts after a layer; the caller closes them.
   *
   * @param layer 0 to K
   */
  public HiddenStates boundary(int layer) {
    try (Trunk trunk = trunk(model.weights(), "measuring", PROCESSORS)) {
      HiddenStates states = trunk.embed(prompts());
      try {
        if (layer > 0) {
          trunk.advance(states, layer, Outputs.ALL_TOKENS, null);
        }
        return states;
      } catch (RuntimeException e) {
        states.close();
        throw e;
      }
    }
  }

  /**
   * Takes the model's states of all prompts further up, in place.
   *
   * @param layer above that of the states, up to K
   */
  public void advance(HiddenStates states, int layer) {
    try (Trunk trunk = trunk(model.weights(), "measuring", PROCESSORS)) {
      trunk.advance(states, layer, Outputs.ALL_TOKENS, null);
    }
  }

  private Trunk trunk(Weights weights, String task, int threads) {
    return Trunk.builder(model.config(), weights).threads(threads).progress(task, progress).build();
  }

  /**
   * What a model makes of the texts.
   *
   * @param states of {@link #boundary}, below all layers that differ; advanced to the end
   * @param weights of the whole model
   * @param task what the work is called to the listener
   * @param threads to use at most
   */
  public Snapshot top(HiddenStates states, Weights weights, String task, int threads) {
    Map<String, float[][]> last = new LinkedHashMap<>();
    Map<String, double[]> bitsOf = new LinkedHashMap<>();
    Map<String, double[]> bytesOf = new LinkedHashMap<>();
    float[][] means = new float[corpus.size()][states.hiddenSize()];
    try (Trunk trunk = trunk(weights, "measuring " + task, threads)) {
      trunk.advance(states, model.config().layers(), Outputs.ALL_TOKENS, null);
      int at = 0;
      for (Map.Entry<String, List<HeldOutText>> e : texts.entrySet()) {
        float[][] own = new float[corpus.size()][states.hiddenSize()];
        for (int i = 0; i < own.length; i++) {
          position.of(states, at + i, own[i]);
          if (e.getKey().equals(corpus.central())) {
            Pooling.MEAN.of(states, at + i, means[i]);
          }
        }
        last.put(e.getKey(), own);
        at += own.length;
      }
      if (bits) {
        List<HeldOutText> all = texts.values().stream().flatMap(List::stream).toList();
        double[] measured = new TextBits(trunk, states, "bits per byte " + task, progress).of(all);
        at = 0;
        for (Map.Entry<String, List<HeldOutText>> e : texts.entrySet()) {
          int n = e.getValue().size();
          bitsOf.put(e.getKey(), java.util.Arrays.copyOfRange(measured, at, at + n));
          bytesOf.put(e.getKey(), e.getValue().stream().mapToDouble(HeldOutText::bytes).toArray());
          at += n;
        }
      }
    }
    return new Snapshot(corpus.central(), last, means, bitsOf, bytesOf);
  }
}
