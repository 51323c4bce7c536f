package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.ValueInfoProto;

/**
 * Which node depends on which in an ONNX file. Nodes that pass their input on (Identity, Cast,
 * Dropout) are skipped. Takes n^2 / 8 bytes for n nodes.
 */
final class NodeGraph {
  private static final Set<String> HANDED_ON = Set.of("Identity", "Cast", "Dropout");
  private static final Set<String> PRODUCTS =
      Set.of("MatMul", "Gemm", "MatMulInteger", "DynamicQuantizeMatMul");
  private static final Set<String> NORM_PARTS =
      Set.of(
          "ReduceMean",
          "Sub",
          "Pow",
          "Mul",
          "Add",
          "Sqrt",
          "Div",
          "Reciprocal",
          "Cast",
          "LayerNormalization",
          "SimplifiedLayerNormalization",
          "RMSNormalization");

  private final List<NodeProto> nodes;
  private final Map<String, OnnxValue> values;
  private final Map<String, Integer> producers = new HashMap<>();
  private final Map<String, String> sources = new HashMap<>();
  private final Set<String> computed = new HashSet<>();
  private final List<BitSet> ancestors = new ArrayList<>();

  NodeGraph(GraphProto graph, Map<String, OnnxValue> values) {
    this.nodes = graph.getNodeList();
    this.values = values;
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(t -> weights.add(t.getName()));
    for (ValueInfoProto input : graph.getInputList()) {
      if (!weights.contains(input.getName())) {
        computed.add(input.getName());
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      add(i);
    }
  }

  private void add(int i) {
    NodeProto node = nodes.get(i);
    BitSet before = new BitSet();
    boolean any = false;
    for (String input : node.getInputList()) {
      Integer producer = producers.get(source(input));
      if (producer != null) {
        before.or(ancestors.get(producer));
      }
      any |= computed.contains(source(input));
    }
    before.set(i);
    ancestors.add(before);
    for (String output : node.getOutputList()) {
      OnnxValue value = values.get(output);
      if (any && value != null && !value.isConstant()) {
        computed.add(output);
      }
      if (HANDED_ON.contains(node.getOpType())) {
        sources.put(output, source(node.getInput(0)));
      } else {
        producers.put(output, i);
      }
    }
  }

  private String source(String name) {
    return sources.getOrDefault(name, name);
  }

  int size() {
    return nodes.size();
  }

  String operator(int node) {
    return nodes.get(node).getOpType();
  }

  String input(int node, int i) {
    return source(nodes.get(node).getInput(i));
  }

  String output(int node) {
    return nodes.get(node).getOutput(0);
  }

  List<Dim> dims(String name) {
    OnnxValue value = values.get(name);
    return value == null ? null : value.dims();
  }

  /** The variable of a value in the SameDiff graph. */
  String variable(String name) {
    return values.get(name).variable().name();
  }

  /** Whether a value depends on the model's inputs. */
  boolean isComputed(String name) {
    return computed.contains(name);
  }

  /** Whether {@code later} is computed from {@code earlier}. */
  boolean comesOf(String later, String earlier) {
    Integer l = producers.get(later);
    Integer e = producers.get(earlier);
    return l != null && e != null && !l.equals(e) && ancestors.get(l).get(e);
  }

  /** The nodes that {@code to} needs and {@code from} does not. */
  BitSet between(String from, String to) {
    BitSet out = (BitSet) ancestors.get(producers.get(to)).clone();
    out.andNot(ancestors.get(producers.get(from)));
    return out;
  }

  /** Whether a node multiplies by weights. */
  boolean isProduct(int node) {
    NodeProto n = nodes.get(node);
    return PRODUCTS.contains(n.getOpType()) && !isComputed(source(n.getInput(1)));
  }

  /** The result of the norm of a value that no node within the norm uses further; or null. */
  String norm(String name) {
    Set<String> inside = new HashSet<>(Set.of(name));
    String last = null;
    List<Dim> dims = dims(name);
    for (int i = producers.getOrDefault(name, -1) + 1; i < nodes.size(); i++) {
      NodeProto node = nodes.get(i);
      boolean fed = false;
      boolean only = NORM_PARTS.contains(node.getOpType());
      for (String input : node.getInputList()) {
        fed |= inside.contains(source(input));
        only &= inside.contains(source(input)) || !isComputed(source(input));
      }
      if (fed && only && !HANDED_ON.contains(node.getOpType())) {
        inside.add(node.getOutput(0));
        boolean scaled = node.getInputList().stream().anyMatch(in -> isScale(source(in), dims));
        last = scaled && dims.equals(dims(node.getOutput(0))) ? node.getOutput(0) : last;
      }
    }
    return last;
  }

  /** A weight with one value per place of a hidden state. */
  private boolean isScale(String name, List<Dim> dims) {
    List<Dim> own = dims(name);
    return own != null
        && !isComputed(name)
        && own.size() == 1
        && own.get(0).equals(dims.get(dims.size() - 1));
  }
}
