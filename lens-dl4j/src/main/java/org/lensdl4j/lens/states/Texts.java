package org.lensdl4j.lens.states;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lensdl4j.model.base.DiskSpace;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;

/** Texts whose states are wanted, numbered in the order in which they were given. */
public final class Texts {
  private static final String WHOLE = "boundary.states";

  private final States states;
  private final List<Company> companies;
  private final int[] answers;
  private final int hiddenSize;

  Texts(States states, List<Company> companies, int[] answers) {
    this.states = states;
    this.companies = companies;
    this.answers = answers;
    hiddenSize = states.model().config().hiddenSize();
  }

  /** How many there are. */
  public int size() {
    return companies.stream().mapToInt(Company::size).sum();
  }

  /**
   * The same texts, where forks know which of their tokens answer.
   *
   * @param from position of each text's first state that answers: of the prompt's last token
   */
  public Texts answersFrom(int[] from) {
    return new Texts(states, companies, from.clone());
  }

  /** A copy of states of these texts that knows where they answer. */
  HiddenStates answering(HiddenStates now) {
    if (answers == null) {
      return now.copy();
    }
    // Shared states are changed alike only if they answer alike.
    boolean alike =
        Arrays.stream(answers).map(from -> Math.min(from, now.prefixLength())).distinct().count()
            == 1;
    HiddenStates out = alike ? now.copy() : now.separate();
    out.answersFrom(answers);
    return out;
  }

  /** Sees one state of every text, layer by layer. */
  @FunctionalInterface
  public interface Fold {
    /**
     * Called for one layer after the other.
     *
     * @param layer 1..K
     * @param rows {@code [texts][d]}
     */
    void layer(int layer, float[][] rows);
  }

  /** Sees several states of every text, layer by layer. */
  interface Folds {
    /** The rows of each position in turn. */
    void layer(int layer, List<float[][]> rows);
  }

  /** One state of every text after each layer, 1 to K in this order. */
  public void pooled(Pooling pooling, Fold fold) {
    pooled(pooling, states.model().config().layers(), fold);
  }

  /**
   * The same of the lowest layers.
   *
   * @param to 1 to K
   */
  public void pooled(Pooling pooling, int to, Fold fold) {
    pooled(
        List.of(pooling), 0, to, needed(pooling), (layer, rows) -> fold.layer(layer, rows.get(0)));
  }

  /** What a pass has to leave of the last layer for a position to be read. */
  static Outputs needed(Pooling pooling) {
    return pooling == Pooling.LAST ? Outputs.LAST_TOKEN : Outputs.ALL_TOKENS;
  }

  /**
   * States of the layers above one.
   *
   * @param above 0 for all layers; more only for texts that all go together
   * @param to the last of them
   * @param outputs what is computed of it
   */
  void pooled(List<Pooling> poolings, int above, int to, Outputs outputs, Folds fold) {
    List<PooledRows> sources = new ArrayList<>();
    List<HiddenStates> running = new ArrayList<>();
    try {
      for (Company company : companies) {
        sources.add(
            new PooledRows(
                states, company, pooledKey(company, poolings, above, to, outputs), poolings));
      }
      List<PooledRows> missing = sources.stream().filter(s -> !s.kept()).toList();
      if (missing.isEmpty()) {
        for (int layer = above + 1; layer <= to; layer++) {
          fold.layer(layer, rows(sources, poolings.size(), layer - above - 1));
        }
        return;
      }
      try (Trunk trunk = states.trunk(states.model().weights(), states.task())) {
        for (PooledRows source : missing) {
          running.add(above == 0 ? trunk.embed(source.company().texts()) : entering(above));
        }
        trunk.advance(
            running,
            to,
            outputs,
            layer -> {
              for (int i = 0; i < running.size(); i++) {
                missing.get(i).read(running.get(i));
              }
              fold.layer(layer, rows(sources, poolings.size(), layer - above - 1));
            });
      }
      missing.forEach(PooledRows::keep);
    } finally {
      running.forEach(HiddenStates::close);
      sources.forEach(PooledRows::close);
    }
  }

  private HiddenStates entering(int layer) {
    try (HiddenStates found = whole(layer)) {
      return found.copy();
    }
  }

  private List<float[][]> rows(List<PooledRows> sources, int poolings, int number) {
    List<float[][]> out = new ArrayList<>();
    for (int p = 0; p < poolings; p++) {
      float[][] rows = new float[size()][];
      int at = 0;
      for (PooledRows source : sources) {
        float[][] own = source.layer(p, number);
        System.arraycopy(own, 0, rows, at, own.length);
        at += own.length;
      }
      out.add(rows);
    }
    return out;
  }

  String pooledKey(Company company, List<Pooling> poolings, int above, int to, Outputs outputs) {
    String positions = poolings.stream().map(Pooling::name).collect(Collectors.joining(" "));
    return StateCache.key(
        "pooled " + positions.toLowerCase(Locale.ROOT),
        states.model().hash(),
        Integer.toString(above),
        Integer.toString(to),
        last(outputs),
        company.name());
  }

  /** What is computed of the last layer may change its rounding. */
  private static String last(Outputs outputs) {
    return outputs == Outputs.LAST_TOKEN ? "last-only" : "all";
  }

  /**
   * The states of all tokens after a layer. Those kept of a lower layer are taken up from there.
   *
   * @param layer 0 for the embeddings, to K
   * @throws IllegalStateException if not all texts go together
   */
  public Boundary at(int layer) {
    return new Boundary(whole(layer));
  }

  Company company() {
    if (companies.size() != 1) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "found texts in %d blocks, expected one", companies.size()));
    }
    return companies.get(0);
  }

  String wholeKey(Company company, int layer, Outputs outputs) {
    return StateCache.key(
        "whole", states.model().hash(), Integer.toString(layer), last(outputs), company.name());
  }

  Optional<HiddenStates> kept(int layer, Outputs outputs) {
    return states.cache().flatMap(c -> c.find(wholeKey(company(), layer, outputs), Texts::open));
  }

  static HiddenStates open(Path folder) throws IOException {
    return HiddenStates.open(folder.resolve(WHOLE));
  }

  static void save(HiddenStates states, Path folder) {
    try {
      states.save(folder.resolve(WHOLE));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  long bytes() {
    return Float.BYTES * company().tokens() * hiddenSize;
  }

  private HiddenStates whole(int layer) {
    if (states.cache().isEmpty()) {
      return compute(layer);
    }
    String key = wholeKey(company(), layer, Outputs.ALL_TOKENS);
    return states.cache().get().open(key, folder -> compute(layer, folder), Texts::open);
  }

  private void compute(int layer, Path folder) {
    DiskSpace.require(folder, bytes());
    try (HiddenStates made = compute(layer)) {
      save(made, folder);
    }
  }

  private HiddenStates compute(int layer) {
    try (Trunk trunk = states.trunk(states.model().weights(), states.task())) {
      HiddenStates out = start(trunk, layer);
      try {
        if (out.layer() < layer) {
          trunk.advance(out, layer, Outputs.ALL_TOKENS, null);
        }
        return out;
      } catch (RuntimeException e) {
        out.close();
        throw e;
      }
    }
  }

  private HiddenStates start(Trunk trunk, int highest) {
    for (int layer = highest; layer > 0; layer--) {
      Optional<HiddenStates> found = kept(layer, Outputs.ALL_TOKENS);
      if (found.isPresent()) {
        try (HiddenStates lower = found.get()) {
          return lower.copy();
        }
      }
    }
    return trunk.embed(company().texts());
  }

  /** Looks at the final states of forks that share weights. */
  @FunctionalInterface
  public interface Visitor<F extends Fork> {
    /**
     * Called once for each different weights.
     *
     * @param forks that have these weights
     * @param states after the final norm, in the order of the texts
     * @param trunk for its head
     */
    void visit(List<F> forks, HiddenStates states, Trunk trunk);
  }

  /** Looks at one state of every text on the way. */
  @FunctionalInterface
  public interface LayerVisitor<F extends Fork> {
    /**
     * Called after each layer; the layers of one fork in order.
     *
     * @param forks whose states these are
     * @param rows {@code [texts][d]}
     */
    void visit(List<F> forks, int layer, float[][] rows);
  }

  /**
   * Texts through the layers of several models: those that they share once, each fork's own from a
   * copy of the states that enter them. The states at the lowest fork are kept.
   *
   * @param outputs what is needed of the last layer
   */
  public <F extends Fork> void forked(List<F> forks, Outputs outputs, Visitor<F> visitor) {
    new ForkedPass<>(states, this, forks, outputs, null, null, visitor).run();
  }

  /**
   * The same, with one state of every text after every layer.
   *
   * @param pooling which
   */
  public <F extends Fork> void forked(
      List<F> forks, Outputs outputs, Pooling pooling, LayerVisitor<F> layers, Visitor<F> visitor) {
    new ForkedPass<>(states, this, forks, outputs, pooling, layers, visitor).run();
  }
}
