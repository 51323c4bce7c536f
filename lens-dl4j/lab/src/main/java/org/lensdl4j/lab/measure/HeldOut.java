package org.lensdl4j.lab.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.Fork;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.States;
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
 * {@code compat} changes in probing and training is not a way to measure. Safe for several threads.
 */
public final class HeldOut {
  private final TransformerModel model;
  private final ParallelCorpus corpus;
  private final List<HeldOutText> texts = new ArrayList<>();
  private final Progress progress;
  private final boolean bits;
  private final Pooling position;

  /**
   * Held-out texts of a model.
   *
   * @param config its system prompt and {@code trainMaxTokens} are used
   * @param position what is read of a text, see {@link StatePosition}
   * @param bits whether to measure bits per byte, which needs the LM head on every token and takes
   *     most of the time; left out of an encoder, which has no such head
   * @param progress hears about it as {@code measuring}
   */
  public HeldOut(
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
        Prompting.whole(config.systemPrompt(), config.trainMaxTokens()).encoder(model);
    for (String language : corpus.languages()) {
      for (String text : corpus.strings(language)) {
        texts.add(HeldOutText.of(text, model.tokenizer(), encoder));
      }
    }
  }

  /**
   * Compares a model with its trained self, keeping no states.
   *
   * @param after all weights after training, for example {@link
   *     org.lensdl4j.model.weights.OverlayWeights}; below the top {@code config.topLayers()} layers
   *     they must be the model's own
   * @param corpus texts that were not trained on
   * @param bits as above
   * @param progress as above
   */
  public static Comparison compare(
      TransformerModel model,
      Weights after,
      LanguageSpace space,
      ParallelCorpus corpus,
      LensConfig config,
      boolean bits,
      Progress progress) {
    return compare(model, after, space, corpus, config, bits, null, progress);
  }

  /**
   * The same with states that are kept for the next comparison.
   *
   * @param cache where, or null
   */
  public static Comparison compare(
      TransformerModel model,
      Weights after,
      LanguageSpace space,
      ParallelCorpus corpus,
      LensConfig config,
      boolean bits,
      StateCache cache,
      Progress progress) {
    space.requireModel(model.hash()).requireLanguages(corpus.languages(), corpus.central());
    Pooling position = StatePosition.of(space, model.config());
    HeldOut job = new HeldOut(model, corpus, config, position, bits, progress);
    int layers = model.config().layers();
    int boundary = Math.max(0, layers - config.topLayers());
    Map<String, Snapshot> found =
        job.measure(
            States.of(model, cache),
            new Side("before", model.weights(), layers),
            new Side("after", after, boundary));
    return Comparison.of(space, found.get("before"), found.get("after"), config.seed());
  }

  /** One model alone, at its usual position. */
  public static Snapshot snapshot(
      TransformerModel model,
      ParallelCorpus corpus,
      LensConfig config,
      boolean bits,
      Progress progress) {
    Pooling position = StatePosition.usual(model.config());
    HeldOut job = new HeldOut(model, corpus, config, position, bits, progress);
    return job.measure(
            States.of(model, null), new Side("states", model.weights(), model.config().layers()))
        .get("states");
  }

  /**
   * A model that is measured.
   *
   * @param name as progress calls it
   * @param weights of the whole model
   * @param shared the first layers, which are those of the untouched model
   */
  public record Side(String name, Weights weights, int shared) implements Fork {}

  /** All prompts, language by language. */
  public List<TokenSequence> prompts() {
    return texts.stream().map(HeldOutText::prompt).toList();
  }

  /**
   * What models make of the texts, by name.
   *
   * @param states of the untouched model
   */
  public Map<String, Snapshot> measure(States states, Side... sides) {
    Map<String, Snapshot> out = new LinkedHashMap<>();
    states
        .progress("measuring", progress)
        .texts(prompts())
        .forked(
            List.of(sides),
            Outputs.ALL_TOKENS,
            (own, now, trunk) -> {
              for (Side side : own) {
                out.put(side.name(), snapshot(now, trunk, side.name()));
              }
            });
    return out;
  }

  private Snapshot snapshot(HiddenStates states, Trunk trunk, String name) {
    Map<String, float[][]> last = new LinkedHashMap<>();
    Map<String, double[]> bitsOf = new LinkedHashMap<>();
    Map<String, double[]> bytesOf = new LinkedHashMap<>();
    int n = corpus.size();
    float[][] means = new float[n][states.hiddenSize()];
    float[][] rows = position.of(states);
    double[] measured =
        bits
            ? new TextBits(trunk, states, "bits per byte " + name, progress).of(texts)
            : new double[0];
    int at = 0;
    for (String language : corpus.languages()) {
      last.put(language, Arrays.copyOfRange(rows, at, at + n));
      for (int i = 0; i < n && language.equals(corpus.central()); i++) {
        Pooling.MEAN.of(states, at + i, means[i]);
      }
      if (bits) {
        bitsOf.put(language, Arrays.copyOfRange(measured, at, at + n));
        bytesOf.put(
            language, texts.subList(at, at + n).stream().mapToDouble(HeldOutText::bytes).toArray());
      }
      at += n;
    }
    return new Snapshot(corpus.central(), last, means, bitsOf, bytesOf);
  }
}
