package org.lensdl4j.model.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.model.base.Guard;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A SameDiff graph with named hidden states. Reading them runs the graph; intermediate memory is
 * kept for the next run until {@link #close}. The graph itself stays its owner's. One call at a
 * time: each thread needs a tapped graph of its own.
 *
 * <pre>{@code
 * try (TappedGraph tapped = TappedGraph.of(sd, List.of("ids", "mask"), "block1", "block2")) {
 *   Map<String, INDArray> states = tapped.states(Map.of("ids", ids, "mask", mask));
 * }
 * }</pre>
 */
public final class TappedGraph implements AutoCloseable {
  private final SameDiff graph;
  private final List<String> inputs;
  private final List<Tap> taps;
  private final GraphRunner runner;
  private final Guard guard = new Guard("this tapped graph");

  private TappedGraph(SameDiff graph, List<String> inputs, List<Tap> taps) {
    this.graph = graph;
    this.inputs = inputs;
    this.taps = taps;
    this.runner = new GraphRunner(graph);
  }

  /**
   * Taps a graph.
   *
   * @param inputs names of the placeholders that the hidden states need
   * @param variables names of the variables that are hidden states, first layer first
   * @throws IllegalArgumentException if the graph has no such placeholder or variable
   */
  public static TappedGraph of(SameDiff graph, Collection<String> inputs, String... variables) {
    return of(graph, inputs, Arrays.stream(variables).map(Tap::of).toList());
  }

  /** As above, with names for the taps. */
  public static TappedGraph of(SameDiff graph, Collection<String> inputs, List<Tap> taps) {
    for (String input : inputs) {
      if (!graph.hasVariable(input) || !graph.getVariable(input).isPlaceHolder()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "found no placeholder '%s', expected one of %s",
                input,
                graph.inputs()));
      }
    }
    Set<String> names = new LinkedHashSet<>();
    for (Tap tap : taps) {
      if (!graph.hasVariable(tap.variable())) {
        throw new IllegalArgumentException("found no variable '" + tap.variable() + "' to tap");
      }
      if (!names.add(tap.name())) {
        throw new IllegalArgumentException("found two taps named '" + tap.name() + "'");
      }
    }
    return new TappedGraph(graph, List.copyOf(inputs), List.copyOf(taps));
  }

  /** The graph. */
  public SameDiff graph() {
    return graph;
  }

  /** Names of the placeholders. */
  public List<String> inputs() {
    return inputs;
  }

  /** The taps, first layer first. */
  public List<Tap> taps() {
    return taps;
  }

  /** The variable that is tapped, to attach a loss to. */
  public SDVariable variable(String tap) {
    for (Tap t : taps) {
      if (t.name().equals(tap)) {
        return graph.getVariable(t.variable());
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "found no tap '%s', expected one of %s",
            tap,
            taps.stream().map(Tap::name).toList()));
  }

  /**
   * The hidden states at every tap.
   *
   * @param arrays one per input; they stay the caller's
   * @return by tap name, in the order of the taps; the caller closes them
   * @throws IllegalArgumentException if an input is missing, unknown, or of another type or rank
   */
  public Map<String, INDArray> states(Map<String, INDArray> arrays) {
    Map<String, INDArray> found = run(arrays, taps.stream().map(Tap::variable).toList());
    Map<String, INDArray> out = new LinkedHashMap<>();
    for (Tap t : taps) {
      out.put(t.name(), found.get(t.variable()));
    }
    return out;
  }

  /**
   * Any variables.
   *
   * @param arrays one per input; they stay the caller's
   * @return by variable name; the caller closes them
   * @throws IllegalArgumentException if an input is missing, unknown, or of another type or rank
   */
  public Map<String, INDArray> run(Map<String, INDArray> arrays, Collection<String> variables) {
    check(arrays);
    Map<String, INDArray> out = new LinkedHashMap<>();
    // What the runner yields is overwritten by its next run.
    try (Guard.Use ignored = guard.enter()) {
      Map<String, INDArray> found = runner.run(arrays, new LinkedHashSet<>(variables));
      variables.forEach(v -> out.computeIfAbsent(v, n -> found.get(n).dup('c')));
    }
    return out;
  }

  private void check(Map<String, INDArray> arrays) {
    if (!arrays.keySet().equals(Set.copyOf(inputs))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found inputs %s, expected %s",
              new ArrayList<>(arrays.keySet()),
              inputs));
    }
    for (String name : inputs) {
      INDArray array = arrays.get(name);
      SDVariable placeholder = graph.getVariable(name);
      long[] shape = placeholder.placeholderShape();
      boolean fits =
          array.dataType() == placeholder.dataType()
              && (shape == null || fits(array.shape(), shape));
      if (!fits) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "input '%s': found %s %s, expected %s %s (-1 is any size)",
                name,
                array.dataType(),
                Arrays.toString(array.shape()),
                placeholder.dataType(),
                Arrays.toString(shape)));
      }
    }
  }

  private static boolean fits(long[] found, long[] expected) {
    boolean fits = found.length == expected.length;
    for (int i = 0; fits && i < found.length; i++) {
      fits = expected[i] < 0 || found[i] == expected[i];
    }
    return fits;
  }

  /** Frees the memory of intermediate results. */
  @Override
  public void close() {
    guard.close(runner::close);
  }
}
