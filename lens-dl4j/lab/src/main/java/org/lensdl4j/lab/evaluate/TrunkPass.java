package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.LayerTap;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.Weights;

/**
 * Texts through all columns of a subject: the layers that columns share run once, each column's own
 * layers from a copy of the states that enter them. Columns with the same weights share all layers.
 */
public final class TrunkPass {
  /** Floats of states in memory, a copy for a column's own layers not counted: 128 MB. */
  private static final long BUDGET = 1L << 25;

  private final Subject subject;
  private final Progress progress;
  private final String task;

  /** A pass that reports its progress under a name. */
  public TrunkPass(Subject subject, String task, Progress progress) {
    this.subject = subject;
    this.task = task;
    this.progress = progress;
  }

  /** Looks at the final states of the columns that share weights. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Called once for each different weights.
     *
     * @param columns that have these weights
     * @param states after the final norm
     * @param trunk for its head
     */
    void visit(List<Column> columns, HiddenStates states, Trunk trunk);
  }

  /** Looks at states on the way; {@code columns} are those whose states these are. */
  @FunctionalInterface
  public interface LayerVisitor {
    /** Called after each layer. */
    void visit(List<Column> columns, int layer, HiddenStates states);
  }

  /** How many of the first sequences fit into memory at once, at least 1. */
  public int fitting(List<TokenSequence> texts, int from) {
    long room = BUDGET / subject.model().config().hiddenSize();
    int n = 0;
    while (from + n < texts.size()) {
      room -= texts.get(from + n).length();
      if (n > 0 && room < 0) {
        break;
      }
      n++;
    }
    return n;
  }

  /**
   * Runs texts that fit into memory.
   *
   * @param outputs what is needed of the last layer
   * @param layers sees the states after every layer, or null
   */
  public void run(
      List<TokenSequence> texts, Outputs outputs, LayerVisitor layers, Visitor visitor) {
    TransformerModel model = subject.model();
    int last = model.config().layers();
    Map<Weights, List<Column>> groups = new LinkedHashMap<>();
    subject
        .columns()
        .forEach(c -> groups.computeIfAbsent(c.weights(), w -> new ArrayList<>()).add(c));
    List<Column> own = groups.getOrDefault(model.weights(), List.of());
    groups.remove(model.weights());
    TreeSet<Integer> forks = new TreeSet<>();
    groups.values().forEach(g -> forks.add(g.get(0).shared()));
    try (Trunk trunk = trunk(model, model.weights(), task);
        HiddenStates states = trunk.embed(texts)) {
      for (int fork : forks) {
        if (fork > states.layer()) {
          List<Column> sharing = new ArrayList<>(own);
          groups.values().stream().filter(g -> g.get(0).shared() >= fork).forEach(sharing::addAll);
          trunk.advance(states, fork, Outputs.ALL_TOKENS, tap(layers, sharing));
        }
        for (List<Column> group : groups.values()) {
          if (group.get(0).shared() == fork) {
            branch(states, group, outputs, layers, visitor);
          }
        }
      }
      if (!own.isEmpty()) {
        trunk.advance(states, last, outputs, tap(layers, own));
        visitor.visit(own, states, trunk);
      }
    }
  }

  private void branch(
      HiddenStates states,
      List<Column> group,
      Outputs outputs,
      LayerVisitor layers,
      Visitor visitor) {
    TransformerModel model = subject.model();
    try (Trunk trunk = trunk(model, group.get(0).weights(), task + ", " + group.get(0).name());
        HiddenStates copy = states.copy()) {
      trunk.advance(copy, model.config().layers(), outputs, tap(layers, group));
      visitor.visit(group, copy, trunk);
    }
  }

  private static LayerTap tap(LayerVisitor layers, List<Column> columns) {
    return layers == null ? null : (layer, states) -> layers.visit(columns, layer, states);
  }

  private Trunk trunk(TransformerModel model, Weights weights, String name) {
    return Trunk.builder(model.config(), weights)
        .threads(subject.threads())
        .progress(name, progress)
        .build();
  }
}
