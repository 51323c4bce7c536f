package org.lensdl4j.model.trunk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.base.NativeThreads;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;

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
 * one that is open, one that has ended not long ago, or one that is read in the same call. Texts
 * with the same prompt share its way through the layers as far as their {@linkplain Variant
 * variants} and edits leave it the same.
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
  private final Weights weights;
  private final Variant own;
  private final List<Variant> variants = new ArrayList<>();
  private final Crew crew;
  private final LayerRunner runner;
  private final TokenEmbedding embedding;
  private final DecoderScores scores;
  private final Guard guard = new Guard("this token decoder");
  private final List<DecodedText> open = new ArrayList<>();
  // Texts that have ended, the latest first; as many as were once open.
  private final Deque<DecodedText> ended = new ArrayDeque<>();
  private int most = 1;
  private RotaryTables rotary;

  /**
   * Reads all layers.
   *
   * @param weights stay open while this is in use, and are not closed by it
   */
  public TokenDecoder(ModelConfig config, Weights weights) {
    config.requireDecoder("generating");
    this.config = config;
    this.weights = weights;
    own = new Variant(config, weights);
    crew = new Crew(Runtime.getRuntime().availableProcessors());
    runner = new LayerRunner(config, ROWS, crew);
    embedding = new TokenEmbedding(config, weights);
    rotary = new RotaryTables(config, ROWS);
    scores = new DecoderScores(config, crew);
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
    return begin(prompt, own, edit);
  }

  /**
   * Begins a text of a variant.
   *
   * @param prompt as above
   * @param variant one of this decoder's
   * @param edit as above
   * @throws IllegalArgumentException as above, and if the variant is another decoder's
   */
  public DecodedText begin(int[] prompt, Variant variant, StateEdit edit) {
    try (Guard.Use ignored = guard.enter()) {
      if (variant != own && !variants.contains(variant)) {
        throw new IllegalArgumentException("found a variant of another decoder's weights");
      }
      return opened(prompt, variant, edit);
    }
  }

  /**
   * Other weights over this decoder's, for some of the texts.
   *
   * @param over laid over the weights that this decoder was made with; its values are read now
   * @return closed by the caller, or with this decoder
   * @throws IllegalArgumentException if they lie over others, or change what is below all layers
   */
  public Variant variant(OverlayWeights over) {
    try (Guard.Use ignored = guard.enter()) {
      if (over.base() != weights) {
        throw new IllegalArgumentException("found weights over others than this decoder's");
      }
      Variant out = new Variant(config, own, over, this::release);
      variants.add(out);
      return out;
    }
  }

  private void release(Variant variant) {
    if (!variants.contains(variant)) {
      return; // closed before
    }
    try (Guard.Use ignored = guard.enter()) {
      if (open.stream().anyMatch(text -> text.variant == variant)) {
        throw new IllegalStateException("a text of this variant has not ended");
      }
      ended.removeIf(text -> text.variant == variant);
      variants.remove(variant);
      variant.free();
    }
  }

  private DecodedText opened(int[] prompt, Variant variant, StateEdit given) {
    check(prompt);
    StateEdit edit = given == null || given.lowest() > config.layers() ? null : given;
    boolean isLong = config.rotary().isLong(prompt.length);
    DecodedText source = null;
    int shared = 0;
    for (List<DecodedText> texts : List.of(open, List.copyOf(ended))) {
      for (DecodedText text : texts) {
        int n = text.shared(prompt, variant, edit, isLong);
        if (n > shared) {
          shared = n;
          source = text;
        }
      }
    }
    DecodedText text = new DecodedText(prompt, variant, edit, caches(source), config.hiddenSize());
    text.longText = isLong;
    for (int i = 0; i < config.layers(); i++) {
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
    for (int i = 0; i < config.layers(); i++) {
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
          String.format(
              Locale.ROOT,
              "%d tokens are more than the %d positions that the model was made for",
              length,
              config.maxPositions()));
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
        List<List<DecodedText>> prompts = Riders.of(texts);
        shareBeginnings(prompts);
        while (batch(prompts, Integer.MAX_VALUE)) {
          // until nothing is pending
        }
      } catch (RuntimeException | Error e) {
        texts.forEach(text -> text.cut(0));
        throw e;
      }
      scores.of(texts);
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

  /** What several new prompts begin with is read in one of them and copied to the others. */
  private void shareBeginnings(List<List<DecodedText>> prompts) {
    List<List<DecodedText>> left = new ArrayList<>(prompts);
    left.removeIf(riders -> riders.get(0).read() > 0);
    while (left.size() > 1) {
      List<List<DecodedText>> alike = new ArrayList<>(left);
      List<DecodedText> first = left.get(0);
      alike.removeIf(riders -> !Riders.alike(first, riders));
      left.removeAll(alike);
      int common = first.get(0).promptLength - 1;
      for (List<DecodedText> riders : alike) {
        common = first.get(0).common(riders.get(0), common);
      }
      if ((alike.size() - 1) * common >= PASS) {
        share(alike, common);
      }
    }
  }

  private void share(List<List<DecodedText>> alike, int common) {
    List<DecodedText> first = alike.get(0);
    while (batch(List.of(first), common)) {
      // until so many are read
    }
    for (List<DecodedText> riders : alike.subList(1, alike.size())) {
      for (int r = 0; r < riders.size(); r++) {
        for (int i = 0; i < config.layers(); i++) {
          riders.get(r).caches.get(i).copyFrom(first.get(r).caches.get(i), common);
        }
      }
    }
  }

  /**
   * Takes tokens of texts through all layers, as many as there is room for.
   *
   * @param texts those of each inner list have the same tokens and have read as many
   * @param until how many tokens of each text shall be read in all
   * @return whether there were any
   */
  private boolean batch(List<List<DecodedText>> texts, int until) {
    List<List<DecodedText>> own = new ArrayList<>();
    List<Segment> segments = new ArrayList<>();
    int[] tokens = new int[ROWS];
    int[] positions = new int[ROWS];
    int rows = 0;
    for (List<DecodedText> riders : texts) {
      DecodedText text = riders.get(0);
      int start = text.read();
      int count = Math.min(Math.min(text.length(), until) - start, ROWS - rows);
      if (count > 0) {
        System.arraycopy(text.unread(count), 0, tokens, rows, count);
        for (int i = 0; i < count; i++) {
          positions[rows + i] = start + i;
        }
        boolean ends = start + count == text.length();
        segments.add(new Segment(own.size(), rows, count, start, -1, ends, text.longText));
        own.add(riders);
        rows += count;
      }
    }
    if (rows > 0) {
      float[] embedded =
          embedding.rows(Arrays.copyOf(tokens, rows), Arrays.copyOf(positions, rows));
      System.arraycopy(embedded, 0, runner.x, 0, embedded.length);
      new DecoderPass(config, runner, rotary).run(segments, own);
    }
    return rows > 0;
  }

  /**
   * The score of each token of the vocabulary as the next one of a text.
   *
   * @param index of the text in the list that was read last
   * @return {@code [vocabulary]}, valid until the next call of {@link #read}
   */
  public float[] scores(int index) {
    guard.requireOpen();
    return scores.of(index);
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
    variants.forEach(Variant::free);
    variants.clear();
    own.free();
    crew.close();
    runner.close();
    scores.close();
  }
}
