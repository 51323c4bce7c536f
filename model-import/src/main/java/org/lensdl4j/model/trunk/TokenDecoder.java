package org.lensdl4j.model.trunk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.base.NativeThreads;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Scales;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A whole model, all layers widened in memory, that reads many texts token by token side by side
 * and keeps the keys and values of what it has read. The layers are those of {@link Trunk}.
 *
 * <pre>{@code
 * DecodedText text = decoder.begin(prompt, null);
 * decoder.read(List.of(text));
 * float[] scores = decoder.scores(0); // of the token after the prompt
 * decoder.append(text, best(scores));
 * decoder.read(List.of(text));
 * }</pre>
 *
 * <p>Tokens of all texts are packed into the rows of one product, so each weight is read from
 * memory once for all of them. What a prompt has in common with another text is taken from there:
 * one that is open, one that has ended not long ago, or one that is read in the same call.
 *
 * <p>Memory: four bytes for each weight, and {@link #bytesPerToken} on the heap for each token of
 * each text. One call at a time: each thread needs a decoder of its own.
 */
public final class TokenDecoder implements AutoCloseable {
  // Rows that go through a layer together.
  private static final int ROWS = 512;
  // Part of the heap for texts that have ended.
  private static final int KEPT = 5;
  // A pass over all layers costs about as much as this many rows in another.
  private static final int PASS = 32;

  private final ModelConfig config;
  private final List<LayerWeights> layers = new ArrayList<>();
  private final Crew crew;
  private final LayerRunner runner;
  private final TokenEmbedding embedding;
  private final RowNorm finalNorm;
  private final Guard guard = new Guard("this token decoder");
  private final INDArray head;
  private final List<DecodedText> open = new ArrayList<>();
  // Texts that have ended, the latest first; as many as were once open.
  private final Deque<DecodedText> ended = new ArrayDeque<>();
  private int most = 1;
  private HostArray states;
  private CrewProduct product;
  // By text and token.
  private float[][] scores = new float[0][];
  private RotaryTables rotary;

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
    }
    crew = new Crew(Runtime.getRuntime().availableProcessors());
    runner = new LayerRunner(config, ROWS, crew);
    embedding = new TokenEmbedding(config, weights);
    finalNorm = new RowNorm(config, weights, config.names().finalNormStem());
    head = weights.read(config.headWeight());
    rotary = new RotaryTables(config, ROWS);
    room(1);
  }

  /** Room on the heap that one token's keys and values take. */
  public static long bytesPerToken(ModelConfig config) {
    return 8L * config.layers() * config.keyValueHeads() * config.headDim();
  }

  /**
   * Begins a text; nothing is read yet.
   *
   * @param prompt at least one token
   * @param edit changes the text's states, or null; must not change itself, because what it led to
   *     is used again for texts with an equal one
   * @throws IllegalArgumentException if an id is outside of the vocabulary, or the prompt is longer
   *     than the model was made for
   */
  public DecodedText begin(int[] prompt, StateEdit edit) {
    try (Guard.Use ignored = guard.enter()) {
      return opened(prompt, edit);
    }
  }

  private DecodedText opened(int[] prompt, StateEdit given) {
    check(prompt);
    StateEdit edit = given == null || given.lowest() > config.layers() ? null : given;
    boolean isLong = config.rotary().isLong(prompt.length);
    DecodedText source = null;
    int shared = 0;
    for (List<DecodedText> texts : List.of(open, List.copyOf(ended))) {
      for (DecodedText text : texts) {
        int n = text.shared(prompt, edit, isLong);
        if (n > shared) {
          shared = n;
          source = text;
        }
      }
    }
    DecodedText text = new DecodedText(prompt, edit, caches(source), config.hiddenSize());
    text.longText = isLong;
    for (int i = 0; i < layers.size(); i++) {
      KeyValues cache = text.caches.get(i);
      if (source == null || cache == source.caches.get(i)) {
        cache.length = shared;
      } else {
        cache.copyFrom(source.caches.get(i), shared);
      }
    }
    open.add(text);
    most = Math.max(most, open.size());
    return text;
  }

  /** Those of the source if it has ended, else of another that has, else new ones. */
  private List<KeyValues> caches(DecodedText source) {
    if (source != null && ended.remove(source)) {
      return source.caches;
    }
    if (open.size() + ended.size() >= most && !ended.isEmpty()) {
      return ended.removeLast().caches;
    }
    List<KeyValues> caches = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      caches.add(new KeyValues(config.keyValueHeads(), config.headDim()));
    }
    return caches;
  }

  /**
   * Checks a prompt.
   *
   * @throws IllegalArgumentException as {@link #begin} does
   */
  public void check(int[] prompt) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("no tokens to read");
    }
    for (int token : prompt) {
      check(token);
    }
    checkLength(prompt.length);
  }

  private void check(int token) {
    if (token < 0 || token >= config.vocabSize()) {
      throw new IllegalArgumentException(
          "token id " + token + " is outside of the vocabulary of " + config.vocabSize());
    }
  }

  private void checkLength(int length) {
    if (config.maxPositions() > 0 && length > config.maxPositions()) {
      throw new IllegalArgumentException(
          "%d tokens are more than the %d positions that the model was made for"
              .formatted(length, config.maxPositions()));
    }
  }

  /**
   * Continues a text by a token, which is not read yet.
   *
   * @throws IllegalArgumentException if the id is outside of the vocabulary, or the text becomes
   *     longer than the model was made for
   */
  public void append(DecodedText text, int token) {
    try (Guard.Use ignored = guard.enter()) {
      requireOpen(text);
      check(token);
      checkLength(text.length() + 1);
      text.add(token);
    }
  }

  private void requireOpen(DecodedText text) {
    if (!open.contains(text)) {
      throw new IllegalArgumentException("a text that has ended, or is not of this decoder");
    }
  }

  /**
   * Reads all tokens of texts that have not been read, at least one of each. Scores are those of
   * these texts from then on.
   */
  public void read(List<DecodedText> texts) {
    try (Guard.Use ignored = guard.enter();
        NativeThreads single = NativeThreads.single()) {
      texts.forEach(this::prepare);
      try {
        shareBeginnings(texts);
        while (batch(texts, Integer.MAX_VALUE)) {
          // until nothing is pending
        }
      } catch (RuntimeException | Error e) {
        texts.forEach(text -> text.cut(0));
        throw e;
      }
      score(texts);
    }
  }

  private void prepare(DecodedText text) {
    requireOpen(text);
    if (text.pending() == 0) {
      throw new IllegalArgumentException("a text has no tokens that have not been read");
    }
    boolean isLong = config.rotary().isLong(text.length());
    if (isLong != text.longText) {
      // All tokens are turned by other frequencies.
      text.longText = isLong;
      text.cut(0);
    }
    if (text.length() > rotary.positions()) {
      int longest = config.maxPositions() > 0 ? config.maxPositions() : Integer.MAX_VALUE;
      rotary = new RotaryTables(config, Math.min(longest, 2 * text.length()));
    }
  }

  /** What several new texts begin with is read in one of them and copied to the others. */
  private void shareBeginnings(List<DecodedText> texts) {
    List<DecodedText> left = new ArrayList<>(texts);
    left.removeIf(text -> text.read() > 0);
    while (left.size() > 1) {
      DecodedText first = left.get(0);
      List<DecodedText> alike = new ArrayList<>();
      for (DecodedText text : left) {
        boolean same = text.longText == first.longText;
        if (same && Objects.equals(text.edit, first.edit)) {
          alike.add(text);
        }
      }
      left.removeAll(alike);
      int common = first.promptLength - 1;
      for (DecodedText text : alike) {
        common = first.common(text, common);
      }
      if ((alike.size() - 1) * common >= PASS) {
        share(alike, common);
      }
    }
  }

  private void share(List<DecodedText> alike, int common) {
    DecodedText first = alike.get(0);
    while (batch(List.of(first), common)) {
      // until so many are read
    }
    for (DecodedText text : alike.subList(1, alike.size())) {
      for (int i = 0; i < layers.size(); i++) {
        text.caches.get(i).copyFrom(first.caches.get(i), common);
      }
    }
  }

  /**
   * Takes tokens of texts through all layers, as many as there is room for.
   *
   * @param until how many tokens of each text shall be read in all
   * @return whether there were any
   */
  private boolean batch(List<DecodedText> texts, int until) {
    List<DecodedText> own = new ArrayList<>();
    List<Segment> segments = new ArrayList<>();
    int[] tokens = new int[ROWS];
    int[] positions = new int[ROWS];
    int rows = 0;
    for (DecodedText text : texts) {
      int start = text.read();
      int count = Math.min(Math.min(text.length(), until) - start, ROWS - rows);
      if (count > 0) {
        System.arraycopy(text.unread(count), 0, tokens, rows, count);
        for (int i = 0; i < count; i++) {
          positions[rows + i] = start + i;
        }
        boolean ends = start + count == text.length();
        segments.add(new Segment(own.size(), rows, count, start, -1, ends, text.longText));
        own.add(text);
        rows += count;
      }
    }
    if (rows > 0) {
      run(own, segments, Arrays.copyOf(tokens, rows), positions);
    }
    return rows > 0;
  }

  private void run(List<DecodedText> texts, List<Segment> segments, int[] tokens, int[] positions) {
    int rows = tokens.length;
    int last = layers.size() - 1;
    float[] embedded = embedding.rows(tokens, Arrays.copyOf(positions, rows));
    System.arraycopy(embedded, 0, runner.x, 0, embedded.length);
    for (int i = 0; i < last; i++) {
      int layer = i;
      LayerRunner.Caches caches = s -> texts.get(s.text()).caches.get(layer);
      runner.allTokens(layers.get(i), segments, rows, rotary, caches, -1);
      for (Segment s : segments) {
        edit(i + 1, texts.get(s.text()), s);
      }
    }
    LayerRunner.Caches caches = s -> texts.get(s.text()).caches.get(last);
    runner.lastTokens(layers.get(last), segments, rows, rotary, caches, -1);
    int row = 0;
    for (Segment s : segments) {
      if (s.endsText()) {
        finish(texts.get(s.text()), row++);
      }
    }
  }

  private void edit(int layer, DecodedText text, Segment s) {
    if (text.edit != null && text.edit.changes(layer)) {
      for (int t = 0; t < s.count(); t++) {
        int position = s.start() + t;
        boolean answer = position >= text.promptLength - 1;
        int at = (s.row() + t) * config.hiddenSize();
        text.edit.apply(layer, position, answer, runner.x, at);
      }
    }
  }

  private void finish(DecodedText text, int row) {
    int d = config.hiddenSize();
    runner.norm(row, finalNorm);
    System.arraycopy(runner.x, row * d, text.state, 0, d);
    if (text.edit != null && text.edit.changes(layers.size())) {
      text.edit.apply(layers.size(), text.length() - 1, true, text.state, 0);
    }
  }

  private void score(List<DecodedText> texts) {
    int n = texts.size();
    room(n);
    int d = config.hiddenSize();
    for (int i = 0; i < n; i++) {
      states.write(i * d, texts.get(i).state, 0, d);
    }
    states.fromHost();
    Scales scales = config.structure().scales();
    product.multiply(
        states,
        head,
        n,
        (row, column, values, count) -> {
          HeadPass.rescale(scales, values, 0, count);
          System.arraycopy(values, 0, scores[row], column, count);
        });
  }

  private void room(int rows) {
    if (rows > scores.length) {
      freeScores();
      states = new HostArray(CrewProduct.filled(rows), config.hiddenSize());
      product = new CrewProduct(crew, rows, config.vocabSize());
      scores = new float[rows][config.vocabSize()];
    }
  }

  /**
   * The score of each token of the vocabulary as the next one of a text.
   *
   * @param index of the text in the list that was read last
   * @return {@code [vocabulary]}, valid until the next call of {@link #read}
   */
  public float[] scores(int index) {
    guard.requireOpen();
    return scores[index];
  }

  /** Ends a text; what it has read is kept for prompts that begin alike. */
  public void end(DecodedText text) {
    try (Guard.Use ignored = guard.enter()) {
      requireOpen(text);
      open.remove(text);
      ended.addFirst(text);
      trim();
    }
  }

  /** What is kept of texts that have ended must leave room for the others. */
  private void trim() {
    long room = Runtime.getRuntime().maxMemory() / KEPT / bytesPerToken(config);
    long tokens = 0;
    for (DecodedText text : List.copyOf(ended)) {
      tokens += text.caches.get(0).room();
      if (tokens > room) {
        ended.remove(text);
      }
    }
  }

  @Override
  public void close() {
    guard.close(this::free);
  }

  private void free() {
    layers.forEach(LayerWeights::close);
    crew.close();
    runner.close();
    head.close();
    freeScores();
  }

  private void freeScores() {
    if (product != null) {
      states.close();
      product.close();
    }
  }
}
