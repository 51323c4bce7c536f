package org.lensdl4j.model.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layers of a model, a decoder or an encoder, as an ordinary, open SameDiff graph.
 *
 * <p>Input is the placeholder {@link #HIDDEN} ({@code [rows, hidden]}, the states that enter the
 * first layer of the graph), or {@link #TOKENS} ({@code [rows]}, INT) when the graph starts at
 * layer 1 with {@link Builder#tokens()}. The others come from {@link RowBatch#placeholders}; a
 * graph of padded batches has only a mask beside its input, see {@link Builder#padded()}. Weights
 * carry their Hugging Face names; the trainable ones are SameDiff variables and keep Hugging Face's
 * layout {@code [out, in]}, the others are constants.
 *
 * <p>Taps: {@link #tap(int)} names the states after each layer, {@link #output()} those after the
 * final norm, {@link #LOGITS} the head's output. An encoder has no final norm and no head: its
 * output is the states after the last layer. Its bias by distance (MPNet) belongs to no layer and
 * is a constant, as embeddings are.
 *
 * <p>Closing the graph frees its weights. Not safe for use by several threads at once.
 */
public final class TransformerGraph implements AutoCloseable {
  /**
   * States that enter the first layer, {@code [rows, hidden]}; padded {@code [batch, seq, hidden]}.
   */
  public static final String HIDDEN = "hidden";

  /** Token ids, {@code [rows]}, INT; padded {@code [batch, seq]}. */
  public static final String TOKENS = "tokens";

  /** Cosines and sines of each row's position, {@code [rows, 1, headDim]}. */
  public static final String COS = "cos";

  /** See {@link #COS}. */
  public static final String SIN = "sin";

  /**
   * Additive attention mask, {@code [1, group * rows, rows]}, group = heads / keyValueHeads; padded
   * {@code [batch, seq]}, 1 for a token and 0 for padding.
   */
  public static final String MASK = "mask";

  /** One-hot choice of the rows that the last layer computes, {@code [chosen, rows]}. */
  public static final String CHOICE = "choice";

  /** What the names of the chosen rows' positions and masks begin with. */
  static final String CHOSEN = "choice_";

  /**
   * What follows in those names, and begins the others, where layers with a window have masks and
   * rotary embeddings of their own.
   */
  static final String LOCAL = "local_";

  /** Each row's position, from 0, INT {@code [rows]}, for families with learned positions. */
  public static final String POSITIONS = "positions";

  /**
   * Which bias by distance each row has for each other, INT {@code [rows, rows]}, for encoders with
   * such biases; of another text any.
   */
  public static final String BUCKETS = "buckets";

  /** Each row's position, {@code [1, 1, rows]}, for families with linear biases. */
  public static final String KEY_POSITIONS = "key_positions";

  /** Additive mask of the chosen rows, {@code [1, group * chosen, rows]}. */
  public static final String CHOICE_MASK = "choice_mask";

  /** Cosines and sines of the chosen rows, {@code [chosen, 1, headDim]}. */
  public static final String CHOICE_COS = "choice_cos";

  /** See {@link #CHOICE_COS}. */
  public static final String CHOICE_SIN = "choice_sin";

  /** Scores of all tokens, {@code [rows, vocab]}. */
  public static final String LOGITS = "logits";

  private final ModelConfig config;
  private final SameDiff sameDiff;
  private final int fromLayer;
  private final int toLayer;
  private final GraphWeights weights;
  private final LayerStack stack;
  private final LoraAdapters adapters;
  private final Guard guard = new Guard("this graph");

  private TransformerGraph(Builder b, LoraAdapters lora) {
    config = b.config;
    fromLayer = b.fromLayer;
    toLayer = b.toLayer;
    adapters = lora;
    sameDiff = SameDiff.create();
    weights = new GraphWeights(sameDiff, b.weights, b.trainable, b.shared);
    BatchForm form =
        b.padded
            ? new PaddedForm(sameDiff, config, weights, b.readsTokens, b.chooses)
            : new PackedForm(
                sameDiff, config, weights, b.readsTokens, b.chooses, b.blocks, b.sharedStart);
    LinearAdapter adapter =
        lora == null ? LinearAdapter.NONE : new LoraLayers(sameDiff, weights, lora);
    stack = new LayerStack(sameDiff, config, weights, form, b.chooses, adapter);
    for (int layer = fromLayer; layer <= toLayer; layer++) {
      stack.add(layer, layer == toLayer);
    }
    if (toLayer == config.layers()) {
      stack.finish(b.head);
    }
  }

  /**
   * Starts the description of a graph.
   *
   * @param weights read while building; may be closed afterwards
   */
  public static Builder builder(ModelConfig config, Weights weights) {
    return new Builder(config, weights);
  }

  /** The graph itself: add losses, taps and layers of your own as to any other SameDiff. */
  public SameDiff sameDiff() {
    return sameDiff;
  }

  /** The description of the whole model. */
  public ModelConfig config() {
    return config;
  }

  /** First layer in the graph, 1-based. */
  public int fromLayer() {
    return fromLayer;
  }

  /** Last layer in the graph, 1-based. */
  public int toLayer() {
    return toLayer;
  }

  /**
   * Names of everything that the graph yields, in order: the states after each layer ({@link
   * #tap(int)}), those after the final norm, the head's scores.
   */
  public List<String> taps() {
    return List.copyOf(stack.taps());
  }

  /**
   * Name of the states after a layer, {@code [rows, hidden]} (padded {@code [batch, seq, hidden]});
   * before the final norm, if there is one, for the last one.
   */
  public static String tap(int layer) {
    return "layer_" + layer;
  }

  /** Name of what the graph yields: after the final norm if the graph reaches it. */
  public String output() {
    return stack.output();
  }

  /**
   * Scores of all tokens, {@code [rows, vocab]}, by other states than the graph's own, such as
   * those of a teacher: {@code [rows, hidden]}, after the final norm.
   */
  public SDVariable scores(SDVariable states) {
    config.requireDecoder("scores of states");
    return stack.scores(states);
  }

  /** Names of all weights in the graph, in the order in which the layers use them. */
  public List<String> weightNames() {
    return weights.names();
  }

  /** Names of the trainable weights, in the order in which the layers use them. */
  public List<String> trainable() {
    return weights.trainable();
  }

  /** The trainable weights now: the graph's own arrays, not copies. */
  public Map<String, INDArray> trainableWeights() {
    guard.requireOpen();
    Map<String, INDArray> out = new LinkedHashMap<>();
    trainable().forEach(n -> out.put(n, sameDiff.getVariable(n).getArr()));
    return out;
  }

  /**
   * Makes weights trainable after building. Gradients that SameDiff has set up are dropped and set
   * up anew when next asked for.
   *
   * @param names Hugging Face names, see {@link NamePatterns}
   * @throws IllegalArgumentException if a pattern matches no weight, or the embedding is chosen
   *     that the graph looks tokens up in
   */
  public void train(String... names) {
    convert(true, names);
  }

  /** Makes weights constant after building, see {@link #train}. */
  public void freeze(String... names) {
    convert(false, names);
  }

  private void convert(boolean train, String... names) {
    guard.requireOpen();
    NamePatterns patterns = NamePatterns.glob(names);
    patterns.requireUsed(weightNames(), "weights of the graph");
    weights.convert(patterns, train);
  }

  /** Whether the graph was built with {@link Builder#lora}. */
  public boolean hasAdapters() {
    return adapters != null;
  }

  /**
   * The adapters with the values that they have now, as a copy that the caller closes.
   *
   * @throws IllegalStateException if the graph was built without {@link Builder#lora}
   */
  public LoraAdapters adapters() {
    if (adapters == null) {
      throw new IllegalStateException("this graph has no adapters: build it with lora(...)");
    }
    guard.requireOpen();
    Map<String, INDArray> now = new LinkedHashMap<>();
    adapters.arrays().keySet().forEach(n -> now.put(n, sameDiff.getVariable(n).getArr()));
    return adapters.withValues(now);
  }

  @Override
  public void close() {
    guard.close(
        () -> {
          weights.close();
          if (adapters != null) {
            adapters.close();
          }
        });
  }

  /** Builds a {@link TransformerGraph}. */
  public static final class Builder {
    private final ModelConfig config;
    private final Weights weights;
    private int fromLayer = 1;
    private int toLayer;
    private boolean chooses;
    private boolean readsTokens;
    private boolean head;
    private boolean padded;
    private int blocks = 1;
    private boolean sharedStart;
    private Lora lora;
    private LoraAdapters trained;
    private SameDiff shared;
    private Predicate<String> trainable = n -> false;

    private Builder(ModelConfig config, Weights weights) {
      this.config = config;
      this.weights = weights;
      this.toLayer = config.layers();
    }

    /** Layers of the graph, 1-based and inclusive; all by default. */
    public Builder layers(int from, int to) {
      if (from < 1 || to < from || to > config.layers()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "layers %d to %d: a model of %d layers has layers 1 to %d",
                from,
                to,
                config.layers(),
                config.layers()));
      }
      fromLayer = from;
      toLayer = to;
      return this;
    }

    /** The upper {@code count} layers: the top that Lens trains. */
    public Builder topLayers(int count) {
      return layers(config.layers() - count + 1, config.layers());
    }

    /** Weights, by Hugging Face name, that become SameDiff variables; none by default. */
    public Builder trainable(Predicate<String> names) {
      trainable = names;
      return this;
    }

    /**
     * Weights that become SameDiff variables, by patterns such as {@code model.layers.29.*}.
     *
     * @param patterns see {@link NamePatterns}; one that matches nothing is refused when building
     */
    public Builder trainable(String... patterns) {
      trainable = NamePatterns.glob(patterns);
      return this;
    }

    /** Adds fresh adapters, whose A and B are trainable; the model starts unchanged. */
    public Builder lora(Lora settings) {
      lora = settings;
      trained = null;
      return this;
    }

    /**
     * Adds adapters with values, for example of a file.
     *
     * @param adapters copied; they must be those of the graph's layers
     */
    public Builder lora(LoraAdapters adapters) {
      lora = null;
      trained = adapters;
      return this;
    }

    /**
     * Batches are texts side by side instead of one behind the other: {@link #HIDDEN} is {@code
     * [batch, seq, hidden]}, {@link #TOKENS} {@code [batch, seq]}, {@link #MASK} {@code [batch,
     * seq]} with 1 for a token and 0 for padding, on the left or on the right; taps are {@code
     * [batch, seq, hidden]}, logits {@code [batch, seq, vocab]}. Any batch size and length at run
     * time. There are no other placeholders.
     */
    public Builder padded() {
      padded = true;
      return this;
    }

    /**
     * The texts of a packed batch attend in groups of neighbours, so that time and memory of
     * attention grow with the square of a group's tokens and not of the batch's. Its placeholders
     * come from {@link RowBatch#inBlocks}; with one group, and of families whose scores have a bias
     * by distance (ALiBi, MPNet), all attend together as by default.
     *
     * @param count of groups, 1 or more; a batch has as many texts at least
     * @param shared whether batches have tokens that all texts share
     */
    public Builder blocks(int count, boolean shared) {
      if (count < 1) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%d blocks, expected 1 or more", count));
      }
      blocks = RowBlocks.possible(config) ? count : 1;
      sharedStart = shared;
      return this;
    }

    /**
     * Uses the weights of another graph, which must stay open: the same arrays, for work in several
     * threads.
     */
    public Builder shareWeights(TransformerGraph other) {
      other.guard.requireOpen();
      shared = other.sameDiff();
      return this;
    }

    /** Reads token ids instead of hidden states; only from layer 1 on. */
    public Builder tokens() {
      readsTokens = true;
      return this;
    }

    /**
     * The last layer yields only the rows named by {@link #CHOICE}; its keys and values are those
     * of all rows. What follows (final norm, head) is computed for these rows only, {@code [chosen,
     * hidden]} and {@code [chosen, vocab]}. In the padded form {@link #CHOICE} is {@code [chosen,
     * batch * seq]}.
     */
    public Builder chooseRows() {
      chooses = true;
      return this;
    }

    /**
     * Adds the LM head.
     *
     * @throws org.lensdl4j.model.base.ModelFormatException if the model is an encoder
     */
    public Builder head() {
      config.requireDecoder("a graph with the LM head");
      head = true;
      return this;
    }

    /** Reads the weights and builds the graph. */
    public TransformerGraph build() {
      if (readsTokens && fromLayer != 1) {
        throw new IllegalArgumentException(
            "a graph that reads tokens starts at layer 1, not at " + fromLayer);
      }
      if (head && toLayer != config.layers()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a graph with the LM head ends at layer %d, not at %d",
                config.layers(),
                toLayer));
      }
      TransformerGraph graph = new TransformerGraph(this, adapters());
      if (trainable instanceof NamePatterns patterns) {
        try {
          patterns.requireUsed(graph.weightNames(), "weights of the graph");
        } catch (RuntimeException e) {
          graph.close();
          throw e;
        }
      }
      return graph;
    }

    private LoraAdapters adapters() {
      if (trained != null) {
        return trained.withValues(Map.of());
      }
      return lora == null ? null : LoraAdapters.fresh(lora, config, fromLayer, toLayer);
    }
  }
}
