package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.lensdl4j.model.Progress;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorNames;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs the decoder layers of a model over many texts, layer by layer: all texts go through layer i
 * before the weights of layer i + 1 are used. Memory is two layers' weights (the next is read while
 * one runs), buffers of one batch a thread, and the states.
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
 * float32 rounding. One pass at a time: not for use by several threads at once.
 */
public final class Trunk implements AutoCloseable {
  private final ModelConfig config;
  private final Weights weights;
  private final boolean sharePrefix;
  private final int batchTokens;
  private final int threads;
  private final Progress listener;
  private final String task;
  private final ExecutorService workers;
  private final ExecutorService reader;
  private final List<LayerRunner> runners = new ArrayList<>();
  private final List<KeyValues> caches = new ArrayList<>();
  private final List<LayerWeights> layers = new ArrayList<>();
  private RotaryTable rotary;

  private Trunk(Builder builder) {
    config = builder.config;
    weights = builder.weights;
    sharePrefix = builder.sharePrefix;
    batchTokens = builder.batchTokens;
    threads = builder.threads;
    listener = builder.listener;
    task = builder.task;
    workers = Executors.newFixedThreadPool(threads, r -> daemon(r, "lens-trunk"));
    reader = Executors.newSingleThreadExecutor(r -> daemon(r, "lens-weights"));
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
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
    if (toLayer <= states.layer() || toLayer > config.layers()) {
      throw new IllegalArgumentException(
          "cannot advance from layer "
              + states.layer()
              + " to "
              + toLayer
              + " of "
              + config.layers());
    }
    if (states.lastOnly) {
      throw new IllegalArgumentException(
          "states of last tokens only cannot be advanced: the tokens before them are needed");
    }
    if (states.hiddenSize != config.hiddenSize()) {
      throw new IllegalArgumentException(
          "states have size " + states.hiddenSize + ", the model " + config.hiddenSize());
    }
    prepare(states);
    PassProgress progress =
        new PassProgress(
            listener, task, states.starts[states.texts()] * (toLayer - states.layer()));
    List<Batches.Batch> prefix = Batches.prefix(states, batchTokens);
    List<List<Batches.Batch>> units = Batches.of(states, batchTokens);
    int from = states.layer();
    Future<LayerWeights> next = read(from);
    try (BlasThreads single = BlasThreads.single()) {
      for (int layer = from; layer < toLayer; layer++) {
        LayerWeights current = get(next);
        next = layer + 1 < toLayer ? read(layer + 1) : null;
        boolean lastOnly = outputs == Outputs.LAST_TOKEN && layer + 1 == toLayer;
        new Pass(states, current, layer, lastOnly, progress).run(prefix, units);
        states.layer = layer + 1;
        states.lastOnly = lastOnly;
        if (tap != null) {
          tap.after(layer + 1, states);
        }
      }
    } finally {
      if (next != null) {
        settle(next);
      }
    }
  }

  /**
   * Scores of all tokens of the vocabulary.
   *
   * @param hidden {@code [n, d]}, after the final norm
   * @return {@code [n, vocabulary]}, owned by the caller
   */
  public INDArray logits(INDArray hidden) {
    String name = config.tiedHead() ? TensorNames.EMBEDDING : TensorNames.HEAD;
    try (INDArray head = weights.read(name)) {
      return Nd4j.matmul(hidden, head, false, true, false);
    }
  }

  private void prepare(HiddenStates states) {
    int positions = 1;
    int longest = Math.max(1, states.prefixLength);
    for (int i = 0; i < states.texts(); i++) {
      positions = Math.max(positions, Math.max(states.length(i), states.padPositions[i] + 1));
      longest = Math.max(longest, states.ownLength(i));
    }
    if (rotary == null || rotary.positions() < positions) {
      rotary = new RotaryTable(config, positions);
    }
    if (runners.isEmpty()) {
      for (int i = 0; i < threads; i++) {
        runners.add(new LayerRunner(config, batchTokens));
        caches.add(new KeyValues(config.keyValueHeads(), config.headDim()));
      }
      layers.add(new LayerWeights(config));
      layers.add(new LayerWeights(config));
    }
  }

  private Future<LayerWeights> read(int layer) {
    LayerWeights target = layers.get(layer & 1);
    return reader.submit(
        () -> {
          target.load(weights, layer);
          return target;
        });
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        r.addSuppressed(new RuntimeException("called from here"));
        throw r;
      }
      if (e.getCause() instanceof Error r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Waits until a task is over, whatever became of it: its arrays may be closed next. */
  private static void settle(Future<?> future) {
    boolean interrupted = false;
    while (true) {
      try {
        future.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    workers.shutdown();
    reader.shutdown();
    runners.forEach(LayerRunner::close);
    layers.forEach(LayerWeights::close);
    runners.clear();
    layers.clear();
  }

  /** One layer over all texts. */
  private final class Pass {
    private final HiddenStates states;
    private final LayerWeights layerWeights;
    private final boolean lastOnly;
    private final float[] finalNorm;
    private final PassProgress progress;
    private volatile boolean failed;

    Pass(
        HiddenStates states,
        LayerWeights layerWeights,
        int layer,
        boolean lastOnly,
        PassProgress progress) {
      this.states = states;
      this.layerWeights = layerWeights;
      this.lastOnly = lastOnly;
      this.progress = progress;
      finalNorm =
          layer + 1 == config.layers()
              ? LayerWeights.floats(weights, TensorNames.FINAL_NORM)
              : null;
    }

    void run(List<Batches.Batch> prefix, List<List<Batches.Batch>> units) {
      KeyValues shared = caches.get(0);
      shared.length = 0;
      for (Batches.Batch batch : prefix) {
        step(0, batch, 0);
      }
      for (int i = 1; i < threads; i++) {
        caches.get(i).copyFrom(shared);
      }
      AtomicInteger nextUnit = new AtomicInteger();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < Math.min(threads, units.size()); i++) {
        int worker = i;
        running.add(workers.submit(() -> work(worker, units, nextUnit)));
      }
      running.forEach(Trunk::settle);
      running.forEach(Trunk::get);
    }

    private void work(int worker, List<List<Batches.Batch>> units, AtomicInteger nextUnit) {
      try {
        for (int i = nextUnit.getAndIncrement();
            i < units.size() && !failed;
            i = nextUnit.getAndIncrement()) {
          for (Batches.Batch batch : units.get(i)) {
            step(worker, batch, states.prefixLength);
          }
        }
      } catch (RuntimeException | Error e) {
        failed = true;
        throw e;
      }
    }

    private void step(int worker, Batches.Batch batch, int base) {
      LayerRunner runner = runners.get(worker);
      KeyValues cache = caches.get(worker);
      int d = states.hiddenSize;
      int rows = batch.rows();
      states.area.read(batch.first() * d, runner.x, 0, rows * d);
      if (lastOnly) {
        runner.lastTokens(layerWeights, batch.segments(), rows, rotary, cache, base);
        int row = 0;
        for (Segment s : batch.segments()) {
          if (s.endsText()) {
            normalise(runner, row);
            states.area.write((batch.first() + s.row() + s.count() - 1) * d, runner.x, row * d, d);
            row++;
          }
        }
      } else {
        runner.allTokens(layerWeights, batch.segments(), rows, rotary, cache, base);
        for (int row = 0; row < rows; row++) {
          normalise(runner, row);
        }
        states.area.write(batch.first() * d, runner.x, 0, rows * d);
      }
      progress.add(rows);
    }

    private void normalise(LayerRunner runner, int row) {
      if (finalNorm != null) {
        runner.norm(row, finalNorm);
      }
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
     * efficiency of the products.
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

    public Trunk build() {
      return new Trunk(this);
    }
  }
}
