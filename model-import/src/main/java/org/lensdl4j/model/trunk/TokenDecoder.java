package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A whole model, all layers widened in memory, that reads one sequence token by token and keeps the
 * keys and values of what it has read. The layers are those of {@link Trunk}.
 *
 * <p>Memory: four bytes for each weight, and {@code 8 * layers * keyValueHeads * headDim} bytes for
 * each token read. One call at a time: each thread needs a decoder of its own.
 */
public final class TokenDecoder implements AutoCloseable {
  private static final int CHUNK = 256;

  private final ModelConfig config;
  private final List<LayerWeights> layers = new ArrayList<>();
  private final List<KeyValues> caches = new ArrayList<>();
  private final LayerRunner runner;
  private final TokenEmbedding embedding;
  private final RowNorm finalNorm;
  private final Guard guard = new Guard("this token decoder");
  private final INDArray head;
  private final HostArray state;
  private final HostArray scores;
  private RotaryTables rotary;
  // What was read, and whether with the frequencies of long texts.
  private int[] history = new int[CHUNK];
  private boolean longText;
  private Consumer<float[]> edit;

  /**
   * Reads all layers.
   *
   * @param weights stay open while this is in use, and are not closed by it
   */
  public TokenDecoder(ModelConfig config, Weights weights) {
    config.requireDecoder("generating");
    this.config = config;
    for (int i = 0; i < config.layers(); i++) {
      LayerWeights layer = new LayerWeights(config);
      layers.add(layer);
      layer.load(weights, i);
      caches.add(new KeyValues(config.keyValueHeads(), config.headDim()));
    }
    runner = new LayerRunner(config, CHUNK);
    embedding = new TokenEmbedding(config, weights);
    finalNorm = new RowNorm(config, weights, config.names().finalNormStem());
    head = weights.read(config.headWeight());
    state = new HostArray(1, config.hiddenSize());
    scores = new HostArray(1, config.vocabSize());
    rotary = new RotaryTables(config, CHUNK);
  }

  /**
   * Changes the state of the last token, after the final norm, before the head reads it.
   *
   * @param change of a state {@code [d]} in place; null for none
   */
  public void edit(Consumer<float[]> change) {
    edit = change;
  }

  /** Number of tokens read so far. */
  public int length() {
    return caches.get(0).length;
  }

  /** Forgets all tokens but the first {@code length}. */
  public void truncate(int length) {
    try (Guard.Use ignored = guard.enter()) {
      cut(length);
    }
  }

  private void cut(int length) {
    if (length < 0 || length > length()) {
      throw new IllegalArgumentException("cannot cut " + length() + " tokens to " + length);
    }
    caches.forEach(cache -> cache.length = length);
  }

  /**
   * Reads tokens after those read before.
   *
   * @param tokens at least one
   * @return the score of each token of the vocabulary as the next one
   * @throws IllegalArgumentException if an id is outside of the vocabulary, or the sequence becomes
   *     longer than the model was made for
   */
  public float[] read(int... tokens) {
    try (Guard.Use ignored = guard.enter()) {
      return scores(tokens);
    }
  }

  private float[] scores(int... tokens) {
    check(tokens);
    tokens = withHistory(tokens);
    for (int at = 0; at < tokens.length; at += CHUNK) {
      chunk(Arrays.copyOfRange(tokens, at, Math.min(tokens.length, at + CHUNK)));
    }
    runner.norm(0, finalNorm);
    float[] last = runner.x;
    if (edit != null) {
      last = Arrays.copyOf(runner.x, config.hiddenSize());
      edit.accept(last);
    }
    state.write(0, last, 0, config.hiddenSize());
    state.fromHost();
    INDArray out = scores.matrix(1, config.vocabSize());
    Nd4j.matmul(state.matrix(1, config.hiddenSize()), head, out, false, true, false);
    scores.toHost();
    float[] logits = new float[config.vocabSize()];
    scores.read(0, logits, 0, logits.length);
    HeadPass.rescale(config.structure().scales(), logits, 0, logits.length);
    return logits;
  }

  /** What has to be read: the tokens, and all before them when the frequencies change. */
  private int[] withHistory(int[] tokens) {
    int before = length();
    int all = before + tokens.length;
    if (history.length < all) {
      history = Arrays.copyOf(history, 2 * all);
    }
    System.arraycopy(tokens, 0, history, before, tokens.length);
    boolean isLong = config.rotary().isLong(all);
    if (isLong == longText) {
      return tokens;
    }
    longText = isLong;
    cut(0);
    return Arrays.copyOf(history, all);
  }

  private void check(int[] tokens) {
    if (tokens.length == 0) {
      throw new IllegalArgumentException("no tokens to read");
    }
    for (int token : tokens) {
      if (token < 0 || token >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "token id " + token + " is outside of the vocabulary of " + config.vocabSize());
      }
    }
    int longest = config.maxPositions() > 0 ? config.maxPositions() : Integer.MAX_VALUE;
    if (tokens.length > longest - length()) {
      throw new IllegalArgumentException(
          "%d tokens after %d are more than the %d positions that the model was made for"
              .formatted(tokens.length, length(), longest));
    }
    int positions = length() + tokens.length;
    if (positions > rotary.positions()) {
      rotary = new RotaryTables(config, Math.min(longest, 2 * positions));
    }
  }

  /** Leaves the last token's state in the runner's first row. */
  private void chunk(int[] tokens) {
    int start = length();
    int rows = tokens.length;
    int[] positions = new int[rows];
    for (int i = 0; i < rows; i++) {
      positions[i] = start + i;
    }
    float[] embedded = embedding.rows(tokens, positions);
    System.arraycopy(embedded, 0, runner.x, 0, embedded.length);
    List<Segment> segments = List.of(new Segment(0, 0, rows, start, -1, true, longText));
    for (int i = 0; i < layers.size(); i++) {
      if (i + 1 < layers.size()) {
        runner.allTokens(layers.get(i), segments, rows, rotary, caches.get(i), start);
      } else {
        runner.lastTokens(layers.get(i), segments, rows, rotary, caches.get(i), start);
      }
    }
  }

  @Override
  public void close() {
    guard.close(this::free);
  }

  private void free() {
    layers.forEach(LayerWeights::close);
    runner.close();
    head.close();
    state.close();
    scores.close();
  }
}
