package org.lensdl4j.lens.states;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * All that training reads of parallel prompts: the states that enter the trained layers, and the
 * final states of the untouched model as reference: means, and a decoder's last tokens or an
 * encoder's first. Kept by {@link States}: a second run, another seed or another loss weight starts
 * at once.
 *
 * <p>Texts are numbered language by language, in each language prompt by prompt, as those of
 * measuring are: whoever measures the texts that were trained on finds their states here.
 * Memory-mapped; close it after use.
 */
public final class TopStates implements AutoCloseable {
  private final Boundary boundary;
  // The last token of a decoder, the first of an encoder.
  private final Pooling token;
  // The last layer's first, then that of the one below it.
  private final List<float[][]> tokens;
  private final List<float[][]> means;
  // Prompts of each language, and of a selection how many of them, and which of the languages.
  private final int all;
  private final int prompts;
  private final int[] chosen;

  private TopStates(TopStates whole, int prompts, int[] chosen) {
    boundary = whole.boundary;
    token = whole.token;
    tokens = whole.tokens;
    means = whole.means;
    all = whole.all;
    this.prompts = prompts;
    this.chosen = chosen.clone();
  }

  private TopStates(
      Boundary boundary,
      Pooling token,
      List<float[][]> tokens,
      List<float[][]> means,
      int prompts,
      int languages) {
    this.boundary = boundary;
    this.token = token;
    this.tokens = tokens;
    this.means = means;
    all = prompts;
    this.prompts = prompts;
    chosen = IntStream.range(0, languages).toArray();
  }

  /**
   * The states that training reads of prompts.
   *
   * @param prompts per prompt the token sequences of all languages, in one order
   * @param topLayers t: the boundary lies t layers below the end
   */
  public static TopStates of(
      TransformerModel model,
      List<List<TokenSequence>> prompts,
      int topLayers,
      StateCache cache,
      Progress progress) {
    return of(model, prompts, topLayers, 1, cache, progress);
  }

  /**
   * The same with reference states of further layers.
   *
   * @param references layers that reference states are wanted of: the last one and those below it,
   *     at most {@code topLayers}
   */
  public static TopStates of(
      TransformerModel model,
      List<List<TokenSequence>> prompts,
      int topLayers,
      int references,
      StateCache cache,
      Progress progress) {
    Texts texts = States.of(model, cache).progress("states", progress).texts(byLanguage(prompts));
    int layers = model.config().layers();
    Pooling token = model.config().isEncoder() ? Pooling.FIRST : Pooling.LAST;
    Boundary boundary = texts.at(layers - topLayers);
    try {
      List<float[][]> tokens = new ArrayList<>();
      List<float[][]> means = new ArrayList<>();
      texts.pooled(
          List.of(token, Pooling.MEAN),
          layers - topLayers,
          layers,
          Outputs.ALL_TOKENS,
          (layer, rows) -> {
            if (layers - layer < references) {
              tokens.add(0, rows.get(0));
              means.add(0, rows.get(1));
            }
          });
      return new TopStates(boundary, token, tokens, means, prompts.size(), prompts.get(0).size());
    } catch (RuntimeException e) {
      boundary.close();
      throw e;
    }
  }

  private static List<TokenSequence> byLanguage(List<List<TokenSequence>> prompts) {
    return IntStream.range(0, prompts.get(0).size())
        .boxed()
        .flatMap(language -> prompts.stream().map(p -> p.get(language)))
        .toList();
  }

  /**
   * The first prompts in some of the languages: the same states under other numbers. Closing either
   * closes both.
   *
   * @param count prompts, at most those here
   * @param of numbers of languages here, in the order in which the selection has them
   */
  public TopStates select(int count, int[] of) {
    if (count < 1 || count > prompts) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "found %d prompts, expected 1 to %d", count, prompts));
    }
    return new TopStates(this, count, IntStream.of(of).map(l -> chosen[l]).toArray());
  }

  /** Number of prompts. */
  public int prompts() {
    return prompts;
  }

  /**
   * The number of a text.
   *
   * @param language its place among the languages
   */
  public int text(int prompt, int language) {
    return chosen[language] * all + prompt;
  }

  /** Number of tokens at the start that all texts share. */
  public int sharedTokens() {
    return boundary.sharedTokens();
  }

  /** Number of tokens of a text, the shared ones included. */
  public int length(int text) {
    return boundary.length(text);
  }

  /**
   * The states of some texts that enter the trained layers: the shared tokens once, then each
   * text's own.
   *
   * @return {@code [rows, hidden]}, owned by the caller
   */
  public INDArray rows(int[] texts) {
    return boundary.rows(texts);
  }

  /** The untouched model's final state of a text's last token, {@code [hidden]}. */
  public float[] referenceLast(int text) {
    return referenceLast(0, text);
  }

  /**
   * The untouched model's state of a text's last token, {@code [hidden]}.
   *
   * @param below 0 for the last layer, 1 for the one below it
   */
  public float[] referenceLast(int below, int text) {
    return reference(Pooling.LAST, below, text);
  }

  /** The untouched model's final states of a text averaged over its tokens, {@code [hidden]}. */
  public float[] referenceMean(int text) {
    return referenceMean(0, text);
  }

  /**
   * The untouched model's states of a text averaged over its tokens, {@code [hidden]}.
   *
   * @param below 0 for the last layer, 1 for the one below it
   */
  public float[] referenceMean(int below, int text) {
    return reference(Pooling.MEAN, below, text);
  }

  /**
   * What the untouched model makes of a text, {@code [hidden]}.
   *
   * @param below 0 for the last layer, 1 for the one below it
   * @throws LensException for an encoder's last token or a decoder's first, which are not kept
   */
  public float[] reference(Pooling pooling, int below, int text) {
    if (pooling != Pooling.MEAN && pooling != token) {
      throw new LensException(
          String.format(
                  Locale.ROOT,
                  "reference states: found position %s, expected mean or %s",
                  pooling,
                  token)
              .toLowerCase(Locale.ROOT));
    }
    return (pooling == Pooling.MEAN ? means : tokens).get(below)[text].clone();
  }

  @Override
  public void close() {
    boundary.close();
  }
}
