package org.lensdl4j.lens.states;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Hidden states of a model: texts in, states of any layer out, each computed once per weights,
 * tokens and layer, and kept in a {@link StateCache}. Nobody else runs the layers of a model over
 * texts (docs/adr/0015).
 *
 * <pre>{@code
 * Texts texts = States.of(model, cache).texts(prompts);
 * texts.pooled(Pooling.LAST, (layer, rows) -> statistics.add(layer, rows)); // every layer
 * try (Boundary boundary = texts.at(28)) { // all tokens' states that enter layer 29
 *   INDArray rows = boundary.rows(new int[] {0, 1});
 * }
 * }</pre>
 *
 * <p>Immutable. Holds nothing that has to be closed; safe for several threads.
 */
public final class States {
  /** Floats of states in memory at once, a copy for a fork not counted: 128 MB. */
  private static final long BUDGET = 1L << 25;

  private final TransformerModel model;
  private final StateCache cache;
  private final int threads;
  private final String task;
  private final Progress progress;
  private final AtomicLong written;

  private States(
      TransformerModel model,
      StateCache cache,
      int threads,
      String task,
      Progress progress,
      AtomicLong written) {
    this.model = model;
    this.cache = cache;
    this.threads = threads;
    this.task = task;
    this.progress = progress;
    this.written = written;
  }

  /**
   * States of a model, worked on by all processors.
   *
   * @param model stays the caller's
   * @param cache where they are kept; null to keep nothing
   */
  public static States of(TransformerModel model, StateCache cache) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new States(model, cache, processors, "states", Progress.NONE, new AtomicLong());
  }

  /** The same with another number of threads, which does not change a bit. */
  public States threads(int count) {
    return new States(model, cache, count, task, progress, written);
  }

  /** The same, told of under a name. */
  public States progress(String name, Progress listener) {
    return new States(model, cache, threads, name, listener, written);
  }

  /** Texts that go through the layers together. */
  public Texts texts(List<TokenSequence> together) {
    return blocks(List.of(together));
  }

  /** Texts of which those of one block go through the layers together. */
  public Texts blocks(List<List<TokenSequence>> blocks) {
    return new Texts(this, blocks.stream().map(Company::new).toList(), null);
  }

  /** Texts cut into parts, in order, that fit into memory at once. */
  public List<List<TokenSequence>> parts(List<TokenSequence> texts) {
    List<List<TokenSequence>> out = new ArrayList<>();
    int from = 0;
    while (from < texts.size()) {
      long room = BUDGET / model.config().hiddenSize();
      int to = from;
      do {
        room -= texts.get(to++).length();
      } while (to < texts.size() && room >= texts.get(to).length());
      out.add(texts.subList(from, to));
      from = to;
    }
    return out;
  }

  /**
   * What the model's head makes of states after the final norm.
   *
   * @param hidden {@code [n, d]} each
   * @return scores of all tokens {@code [n, vocabulary]} of each, owned by the caller
   */
  public List<INDArray> logits(List<INDArray> hidden) {
    try (Trunk trunk = trunk(model.weights(), task)) {
      return hidden.stream().map(trunk::logits).toList();
    }
  }

  /** The model that the states are of. */
  public TransformerModel model() {
    return model;
  }

  /** Threads that work on one pass. */
  public int threads() {
    return threads;
  }

  Optional<StateCache> cache() {
    return Optional.ofNullable(cache);
  }

  String task() {
    return task;
  }

  Trunk trunk(Weights weights, String name) {
    return trunk(weights, StateEdit.NONE, name);
  }

  Trunk trunk(Weights weights, StateEdit edit, String name) {
    return Trunk.builder(model.config(), weights)
        .threads(threads)
        .progress(name, progress)
        .edit(edit)
        .build();
  }

  /**
   * Whether so many bytes may be kept that are of use only if the same is asked again: at most half
   * of the cache, so that a large evaluation does not drive out all else, itself included.
   */
  boolean spare(long bytes) {
    return cache != null
        && cache.hasRoom(bytes)
        && written.addAndGet(bytes) <= cache.maxBytes() / 2;
  }
}
