package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.base.NativeThreads;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Scales;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Runs the layers of a model over many texts, layer by layer: all texts go through layer i before
 * the weights of layer i + 1 are used. Memory is two layers' weights (the next is read while one
 * runs), buffers of one batch per thread, and the states.
 *
 * <pre>{@code
 * try (Trunk trunk = Trunk.builder(config, weights).build();
 *     HiddenStates states = trunk.embed(texts)) {
 *   trunk.advance(states, config.layers(), Outputs.LAST_TOKEN, (layer, s) -> s.last(0, buffer));
 * }
 * }</pre>
 *
 * <p>Tokens of a batch are packed without padding, so no length costs more than its tokens. Results
 * do not depend on the number of threads; they depend on the batch size and on prefix sharing by
 * float32 rounding. One pass at a time: each thread that needs another needs a trunk of its own.
 */
public final class Trunk implements AutoCloseable {
  private static final String SCORING = "scoring of tokens";

  private final ModelConfig config;
  private final Weights weights;
  private final boolean sharePrefix;
  private final int batchTokens;
  private final int threads;
  private final Progress listener;
  private final String task;
  private final StateEdit edit;
  private final ExecutorService reader;
  private final List<LayerWeights> layers = new ArrayList<>();
  // A tap may score the states that a pass has reached.
  private final Guard passes = new Guard("this trunk");
  private final Guard scoring = new Guard("scoring by this trunk");
  private LayerPass pass;
  // Tokens that a batch can hold.
  private int capacity;
  private INDArray head;
  private HeadPass headPass;
  private RotaryTables rotary;

  private Trunk(Builder builder) {
    config = builder.config;
    weights = builder.weights;
    sharePrefix = builder.sharePrefix;
    batchTokens = builder.batchTokens;
    threads = builder.threads;
    listener = builder.listener;
    task = builder.task;
    edit = builder.edit;
    reader = Tasks.threads(1, "lens-weights");
  }

  /**
   * Begins to set up a trunk.
   *
   * @param weights stay open for as long as the trunk is used, and are not closed by it
   */
  public static Builder builder(ModelConfig config, Weights weights) {
    return new Builder(config, weights);
  }

  /**
   * Looks up the embeddings of texts: hidden states at layer 0, owned by the caller.
   *
   * @throws IllegalArgumentException if a text is empty, too long, or holds an id outside of the
   *     vocabulary
   */
  public HiddenStates embed(List<TokenSequence> texts) {
    passes.requireOpen();
    return Embedding.embed(config, weights, texts, sharePrefix, batchTokens);
  }

  /**
   * Advances states in place.
   *
   * @param toLayer 1 to K, above {@code states.layer()}. At K the final norm is applied
   * @param outputs what is needed of the last layer of this pass
   * @param tap sees the states after each layer, or null
   */
  public void advance(HiddenStates states, int toLayer, Outputs outputs, LayerTap tap) {
    advance(
        List.of(states), toLayer, outputs, tap == null ? null : layer -> tap.after(layer, states));
  }

  /**
   * Advances groups of texts in place, reading each layer's weights once for all of them. The
   * states of a group are those of advancing it alone, bit for bit.
   *
   * @param groups at least one, all at the same layer
   * @param toLayer as above
   * @param outputs as above
   * @param after told of each layer that all groups have reached, or null
   */
  public void advance(List<HiddenStates> groups, int toLayer, Outputs outputs, IntConsumer after) {
    try (Guard.Use ignored = passes.enter()) {
      pass(groups, toLayer, outputs, after);
    }
  }

  private void pass(List<HiddenStates> groups, int toLayer, Outputs outputs, IntConsumer after) {
    int from = groups.get(0).layer();
    List<Group> all = prepare(groups, from, toLayer);
    long tokens = groups.stream().mapToLong(s -> s.starts[s.texts()]).sum();
    PassProgress progress = new PassProgress(listener, task, tokens * (toLayer - from));
    Future<LayerWeights> next = read(from);
    try (NativeThreads ignored = NativeThreads.single()) {
      for (int layer = from; layer < toLayer; layer++) {
        LayerWeights current = Tasks.get(next);
        next = layer + 1 < toLayer ? read(layer + 1) : null;
        boolean lastOnly = outputs == Outputs.LAST_TOKEN && layer + 1 == toLayer;
        RowNorm norm = layer + 1 == config.layers() ? finalNorm() : null;
        for (Group group : all) {
          HiddenStates states = group.states;
          states.damaged = true;
          pass.run(
              new LayerPass.Layer(
                  states, current, rotary, norm, edit(layer + 1), lastOnly, progress),
              group.prefix,
              group.units);
          states.advanced(layer + 1, lastOnly);
        }
        if (after != null) {
          after.accept(layer + 1);
        }
      }
    } finally {
      if (next != null) {
        Tasks.settle(next);
      }
    }
  }

  private StateEdit edit(int layer) {
    return edit.changes(layer) ? edit : null;
  }

  /** Texts that are cut into batches together. */
  private record Group(
      HiddenStates states, List<Batches.Batch> prefix, List<List<Batches.Batch>> units) {}

  private List<Group> prepare(List<HiddenStates> groups, int from, int toLayer) {
    for (HiddenStates states : groups) {
      check(states, toLayer);
      if (states.layer() != from) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "groups of texts are at layers %d and %d, expected the same",
                from,
                states.layer()));
      }
    }
    groups.forEach(this::prepare);
    List<Group> out = new ArrayList<>();
    for (HiddenStates states : groups) {
      int most = batchTokens(states);
      out.add(
          new Group(
              states,
              Batches.prefix(states, config.rotary(), most),
              Batches.of(states, config.rotary(), most)));
    }
    return out;
  }

  private void check(HiddenStates states, int toLayer) {
    if (toLayer <= states.layer() || toLayer > config.layers()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "cannot advance from layer %d to %d of %d",
              states.layer(),
              toLayer,
              config.layers()));
    }
    if (states.lastOnly) {
      throw new IllegalArgumentException(
          "states of last tokens only cannot be advanced: the tokens before them are needed");
    }
    if (!states.area.writable()) {
      throw new IllegalStateException("states opened from a file are read-only: copy them first");
    }
    if (states.damaged) {
      throw new IllegalArgumentException(
          "a pass over these states failed on the way to layer " + (states.layer() + 1));
    }
    if (states.hiddenSize != config.hiddenSize()) {
      throw new IllegalArgumentException(
          "states have size " + states.hiddenSize + ", the model " + config.hiddenSize());
    }
    if (edit != StateEdit.NONE) {
      states.answers(-1);
    }
  }

  /**
   * Scores of all tokens of the vocabulary. The head is read once and kept until this is closed.
   *
   * @param hidden {@code [n, d]}, after the final norm
   * @return {@code [n, vocabulary]}, owned by the caller
   * @throws org.lensdl4j.model.base.ModelFormatException if the model is an encoder
   */
  public INDArray logits(INDArray hidden) {
    try (Guard.Use ignored = scoring.enter()) {
      return scaled(Nd4j.matmul(hidden, head(), false, true, false));
    }
  }

  private INDArray head() {
    config.requireDecoder(SCORING);
    if (head == null) {
      head = weights.read(config.headWeight());
    }
    return head;
  }

  /**
   * Log-probabilities of tokens among the whole vocabulary. Memory does not grow with the
   * vocabulary, beyond the head, which is read once and kept until this is closed.
   *
   * @param rows states {@code [n, d]} after the final norm, row by row
   * @param tokens n times the ids wanted of that state
   * @throws org.lensdl4j.model.base.ModelFormatException if the model is an encoder
   */
  public List<TokenScores> score(float[] rows, int[][] tokens) {
    try (Guard.Use ignored = scoring.enter()) {
      return scored(rows, tokens);
    }
  }

  private List<TokenScores> scored(float[] rows, int[][] tokens) {
    if (headPass == null) {
      headPass = new HeadPass(head(), config.structure().scales(), threads > 1);
    }
    List<TokenScores> out = new ArrayList<>(tokens.length);
    for (int from = 0; from < tokens.length; from += HeadPass.ROWS) {
      int count = Math.min(HeadPass.ROWS, tokens.length - from);
      out.addAll(headPass.score(rows, from, count, tokens));
    }
    return out;
  }

  /**
   * Scores of some tokens; no other row of the head is read.
   *
   * @param hidden {@code [n, d]}, after the final norm
   * @param tokens ids
   * @return {@code [n, tokens.length]}, owned by the caller
   */
  public INDArray logits(INDArray hidden, int... tokens) {
    config.requireDecoder(SCORING);
    scoring.requireOpen();
    try (NativeThreads ignored = NativeThreads.single();
        INDArray rows = weights.readRows(config.headWeight(), tokens)) {
      return scaled(Nd4j.matmul(hidden, rows, false, true, false));
    }
  }

  private INDArray scaled(INDArray out) {
    Scales scales = config.structure().scales();
    if (scales.logits() != 1) {
      out.muli(scales.logits());
    }
    return scales.logitsCap() == 0
        ? out
        : Transforms.tanh(out.divi(scales.logitsCap()), false).muli(scales.logitsCap());
  }

  /** Buffers are made at the first pass and kept. */
  private void prepare(HiddenStates states) {
    int positions = positions(states);
    if (rotary == null || rotary.positions() < positions) {
      rotary = new RotaryTables(config, positions);
    }
    int needed = batchTokens(states);
    if (pass != null && capacity < needed) {
      pass.close();
      pass = null;
    }
    if (pass == null) {
      pass = new LayerPass(config, threads, needed);
      capacity = needed;
    }
    if (layers.isEmpty()) {
      layers.add(new LayerWeights(config));
      layers.add(new LayerWeights(config));
    }
  }

  private static int positions(HiddenStates states) {
    int positions = 1;
    for (int i = 0; i < states.texts(); i++) {
      positions = Math.max(positions, Math.max(states.length(i), states.padPositions[i] + 1));
    }
    return positions;
  }

  /** A long text is cut into batches, except in an encoder, where its first tokens see the last. */
  private int batchTokens(HiddenStates states) {
    return config.isEncoder() ? Math.max(batchTokens, positions(states)) : batchTokens;
  }

  private Future<LayerWeights> read(int layer) {
    LayerWeights target = layers.get(layer & 1);
    return reader.submit(
        () -> {
          target.load(weights, layer);
          return target;
        });
  }

  private RowNorm finalNorm() {
    if (config.names().finalNorm().isEmpty()) {
      return null;
    }
    return new RowNorm(config, weights, config.names().finalNormStem());
  }

  @Override
  public void close() {
    passes.close(this::freeBuffers);
    scoring.close(this::freeHead);
  }

  private void freeBuffers() {
    reader.shutdown();
    if (pass != null) {
      pass.close();
      pass = null;
    }
    layers.forEach(LayerWeights::close);
    layers.clear();
  }

  private void freeHead() {
    if (headPass != null) {
      headPass.close();
      headPass = null;
    }
    if (head != null) {
      head.close();
      head = null;
    }
  }

  /** Settings of a trunk. */
  public static final class Builder {
    private final ModelConfig config;
    private final Weights weights;
    private boolean sharePrefix = true;
    private int batchTokens = 1024;
    private int threads = Runtime.getRuntime().availableProcessors();
    private Progress listener = Progress.NONE;
    private String task = "hidden states";
    private StateEdit edit = StateEdit.NONE;

    private Builder(ModelConfig config, Weights weights) {
      this.config = config;
      this.weights = weights;
    }

    /** Whether tokens that all texts begin with are computed once; on by default. */
    public Builder sharePrefix(boolean share) {
      sharePrefix = share;
      return this;
    }

    /**
     * Tokens that go through a layer together, 1024 by default: memory for buffers against the
     * efficiency of the products. An encoder takes a longer text as a whole.
     */
    public Builder batchTokens(int tokens) {
      if (tokens < 1) {
        throw new IllegalArgumentException("batchTokens is " + tokens + ", must be positive");
      }
      batchTokens = tokens;
      return this;
    }

    /** Batches that are worked on at once; by default as many as there are processors. */
    public Builder threads(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("threads is " + count + ", must be positive");
      }
      threads = count;
      return this;
    }

    /**
     * Who hears about the progress of a pass, in tokens through a layer; one call at a time.
     *
     * @param name what the work is called
     */
    public Builder progress(String name, Progress progress) {
      task = name;
      listener = progress;
      return this;
    }

    /**
     * What is done to the states after each layer, to those of tokens that all texts share as well;
     * nothing by default.
     */
    public Builder edit(StateEdit change) {
      edit = change;
      return this;
    }

    public Trunk build() {
      return new Trunk(this);
    }
  }
}
