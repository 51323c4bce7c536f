package org.lensdl4j.model.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.model.base.Guard;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a SameDiff graph again and again in the same native memory.
 *
 * <p>What {@link #run} returns is valid until the next call and must not be closed by the caller.
 * One call at a time: each thread needs a runner of its own.
 */
public final class GraphRunner implements AutoCloseable {
  private static final String GRADIENT_GRAPH = "grad";

  private final SameDiff graph;
  private final ReusedMemory memory = new ReusedMemory();
  private final Guard guard = new Guard("this graph runner");

  public GraphRunner(SameDiff graph) {
    this.graph = graph;
  }

  /**
   * Computes outputs.
   *
   * @param placeholders by name; they stay the caller's
   * @param outputs names of variables
   * @return arrays by name
   */
  public Map<String, INDArray> run(Map<String, INDArray> placeholders, Collection<String> outputs) {
    try (Guard.Use ignored = guard.enter()) {
      return run(graph, placeholders, new ArrayList<>(outputs), Operation.INFERENCE);
    }
  }

  /**
   * Computes outputs and the gradients of the graph's loss.
   *
   * @param placeholders by name; they stay the caller's
   * @param outputs names of variables
   * @param variables names of the variables whose gradients are wanted
   * @return outputs by name, and gradients by the name of their variable
   */
  public Map<String, INDArray> gradients(
      Map<String, INDArray> placeholders,
      Collection<String> outputs,
      Collection<String> variables) {
    try (Guard.Use ignored = guard.enter()) {
      return trained(placeholders, outputs, variables);
    }
  }

  private Map<String, INDArray> trained(
      Map<String, INDArray> placeholders,
      Collection<String> outputs,
      Collection<String> variables) {
    if (graph.getFunction(GRADIENT_GRAPH) == null) {
      QuietGradients.create(graph, variables);
    }
    List<String> names = new ArrayList<>(outputs);
    Map<String, String> gradientNames = new HashMap<>();
    for (String v : variables) {
      SDVariable gradient = graph.getVariable(v).getGradient();
      if (gradient == null) {
        throw new IllegalStateException("the loss of this graph does not depend on " + v);
      }
      names.add(gradient.name());
      gradientNames.put(gradient.name(), v);
    }
    Map<String, INDArray> found =
        run(graph.getFunction(GRADIENT_GRAPH), placeholders, names, Operation.TRAINING);
    Map<String, INDArray> out = new LinkedHashMap<>();
    found.forEach((n, a) -> out.put(gradientNames.getOrDefault(n, n), a));
    return out;
  }

  private Map<String, INDArray> run(
      SameDiff sd, Map<String, INDArray> placeholders, List<String> names, Operation operation) {
    memory.reclaim();
    // A session remembers the id of every array that it ever freed, so a long-lived one would grow
    // without end.
    InferenceSession session = new InferenceSession(sd);
    session.getMmgr().close();
    session.setMmgr(memory);
    return session.output(
        names, new HashMap<>(placeholders), null, List.of(), List.of(), At.defaultAt(operation));
  }

  /** Native memory held for intermediate results, in bytes. */
  public long memoryBytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    guard.close(memory::close);
  }
}
