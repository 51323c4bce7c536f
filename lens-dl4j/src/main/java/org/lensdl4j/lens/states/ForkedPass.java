package org.lensdl4j.lens.states;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.LayerTap;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.Weights;

/** One pass of {@link Texts#forked}: up the shared layers, then each fork's own. */
final class ForkedPass<F extends Fork> {
  private final States states;
  private final Texts texts;
  private final Outputs outputs;
  private final Pooling pooling;
  private final Texts.LayerVisitor<F> layers;
  private final Texts.Visitor<F> visitor;
  private final int last;
  // Those that stay with the model to its end.
  private final List<F> own = new ArrayList<>();
  private final Map<Way, List<F>> groups = new LinkedHashMap<>();

  /** What forks have in common that go through the layers together. */
  private record Way(Weights weights, int shared, StateEdit edit) {
    static Way of(Fork fork) {
      return new Way(fork.weights(), fork.shared(), fork.edit());
    }
  }

  ForkedPass(
      States states,
      Texts texts,
      List<F> forks,
      Outputs outputs,
      Pooling pooling,
      Texts.LayerVisitor<F> layers,
      Texts.Visitor<F> visitor) {
    this.states = states;
    this.texts = texts;
    this.outputs = outputs;
    this.pooling = pooling;
    this.layers = layers;
    this.visitor = visitor;
    last = states.model().config().layers();
    for (F fork : forks) {
      boolean whole = fork.shared() == last;
      (whole ? own : groups.computeIfAbsent(Way.of(fork), w -> new ArrayList<>())).add(fork);
    }
  }

  void run() {
    TreeSet<Integer> forks = new TreeSet<>();
    groups.values().forEach(g -> forks.add(g.get(0).shared()));
    int lowest = forks.isEmpty() ? last : forks.first();
    try (Trunk trunk = states.trunk(states.model().weights(), states.task());
        HiddenStates now = shared(trunk, lowest)) {
      for (int fork : forks) {
        if (fork > now.layer()) {
          trunk.advance(now, fork, Outputs.ALL_TOKENS, tap(sharing(fork)));
        }
        for (List<F> group : groups.values()) {
          if (group.get(0).shared() == fork) {
            branch(now, group);
          }
        }
      }
      if (!own.isEmpty()) {
        if (now.layer() < last) {
          trunk.advance(now, last, outputs, tap(own));
        }
        visitor.visit(own, now, trunk);
      }
    }
  }

  private List<F> sharing(int layer) {
    List<F> out = new ArrayList<>(own);
    groups.values().stream().filter(g -> g.get(0).shared() >= layer).forEach(out::addAll);
    return out;
  }

  private void branch(HiddenStates now, List<F> group) {
    String name = states.task() + ", " + group.get(0).name();
    StateEdit edit = group.get(0).edit();
    try (Trunk trunk = states.trunk(group.get(0).weights(), edit, name);
        HiddenStates copy = edit == StateEdit.NONE ? now.copy() : texts.answering(now)) {
      trunk.advance(copy, last, outputs, tap(group));
      visitor.visit(group, copy, trunk);
    }
  }

  private LayerTap tap(List<F> forks) {
    return layers == null ? null : (layer, now) -> layers.visit(forks, layer, pooling.of(now));
  }

  /** The states at the lowest fork, taken up as far as they are kept; the caller closes them. */
  private HiddenStates shared(Trunk trunk, int lowest) {
    Kept kept = kept(lowest);
    try (PooledRows below = kept.rows) {
      HiddenStates now = start(trunk, kept.states);
      try {
        if (now.layer() == lowest) {
          for (int layer = 1; below != null && layer <= lowest; layer++) {
            layers.visit(sharing(lowest), layer, below.layer(0, layer - 1));
          }
        } else {
          advance(trunk, now, below, lowest);
        }
        return now;
      } catch (RuntimeException e) {
        now.close();
        throw e;
      }
    }
  }

  private HiddenStates start(Trunk trunk, HiddenStates found) {
    if (found == null) {
      return trunk.embed(texts.company().texts());
    }
    try (found) {
      return found.copy();
    }
  }

  private void advance(Trunk trunk, HiddenStates now, PooledRows below, int lowest) {
    try (PooledRows rows = layers == null ? null : pooled(lowest)) {
      for (int layer = 1; below != null && layer <= now.layer(); layer++) {
        rows.next(below.kept(layer - 1));
        layers.visit(sharing(lowest), layer, rows.layer(0, layer - 1));
      }
      trunk.advance(
          now,
          lowest,
          outputs(lowest),
          rows == null
              ? null
              : (layer, s) -> {
                rows.read(s);
                layers.visit(sharing(lowest), layer, rows.layer(0, layer - 1));
              });
      keep(now, rows, lowest);
    }
  }

  /** The states of the highest layer that are kept, with all pooled ones that lead there. */
  private record Kept(HiddenStates states, PooledRows rows) {}

  private Kept kept(int lowest) {
    for (int layer = lowest; layer > 0; layer--) {
      Optional<HiddenStates> found = texts.kept(layer, outputs(layer));
      if (found.isPresent()) {
        PooledRows rows = layers == null ? null : pooled(layer);
        if (rows == null || rows.kept()) {
          return new Kept(found.get(), rows);
        }
        rows.close();
        found.get().close();
      }
    }
    return new Kept(null, null);
  }

  private PooledRows pooled(int to) {
    String key = texts.pooledKey(texts.company(), List.of(pooling), 0, to, outputs(to));
    return new PooledRows(states, texts.company(), key, List.of(pooling));
  }

  /** Whoever goes on from a layer needs all tokens. */
  private Outputs outputs(int layer) {
    return layer == last ? outputs : Outputs.ALL_TOKENS;
  }

  private void keep(HiddenStates now, PooledRows rows, int layer) {
    if (!states.spare(texts.bytes())) {
      return;
    }
    StateCache cache = states.cache().orElseThrow();
    try (StateCache.Draft draft = cache.draft()) {
      Texts.save(now, draft.folder());
      draft.keep(texts.wholeKey(texts.company(), layer, outputs(layer)));
    }
    if (rows != null) {
      rows.keep();
    }
  }
}
