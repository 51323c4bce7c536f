package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx.GraphProto;
import org.lensdl4j.model.graph.Tap;

/**
 * Finds the hidden states of a transformer by its residual stream, whatever its nodes are called.
 *
 * <p>A residual connection is an addition of two values of the stream's shape {@code [batch, seq,
 * hidden]} one of which is computed from the other through a product with weights. A layer begins
 * with the connection around a softmax (attention) and ends before the next such connection. Where
 * the normed sum continues the stream (BERT), the norm's result is the hidden state; where the sum
 * itself does (GPT-2, LLaMA), the norm after the last layer is a separate tap.
 */
final class ResidualStream {
  private record Connection(int node, String sum, String shortcut, boolean attention, Dim width) {}

  private final NodeGraph graph;

  private ResidualStream(NodeGraph graph) {
    this.graph = graph;
  }

  /** The taps, first layer first; empty if the graph has no residual stream. */
  static List<Tap> find(GraphProto proto, Map<String, OnnxValue> values) {
    return new ResidualStream(new NodeGraph(proto, values)).taps();
  }

  private List<Tap> taps() {
    List<Connection> all = stream();
    List<Tap> out = new ArrayList<>();
    if (all.isEmpty()) {
      return out;
    }
    String norm = graph.norm(all.get(all.size() - 1).sum());
    boolean normed = all.size() > 1 && !all.get(1).shortcut().equals(all.get(0).sum());
    String last = normed && norm != null ? norm : all.get(all.size() - 1).sum();
    boolean anyAttention = all.stream().anyMatch(Connection::attention);
    add(out, "embeddings", all.get(0).shortcut());
    int layer = 0;
    for (int i = 0; i < all.size(); i++) {
      boolean end = i + 1 == all.size();
      boolean nextBegins = !end && (!anyAttention || all.get(i + 1).attention());
      boolean begun =
          !anyAttention
              || layer > 0
              || all.subList(0, i + 1).stream().anyMatch(Connection::attention);
      if (begun && (end || nextBegins)) {
        add(out, "layer " + ++layer, end ? last : all.get(i + 1).shortcut());
      }
    }
    if (!normed && norm != null) {
      add(out, "final norm", norm);
    }
    return out;
  }

  private void add(List<Tap> taps, String name, String value) {
    taps.add(new Tap(name, graph.variable(value)));
  }

  /** The residual connections of the width that most of them have, in order. */
  private List<Connection> stream() {
    Map<String, List<Connection>> byWidth = new TreeMap<>();
    for (int i = 0; i < graph.size(); i++) {
      Connection c = connection(i);
      if (c != null) {
        byWidth.computeIfAbsent(c.width().toString(), k -> new ArrayList<>()).add(c);
      }
    }
    return byWidth.values().stream()
        .max(Comparator.comparingInt(List::size))
        .orElse(new ArrayList<>());
  }

  private Connection connection(int node) {
    if (!graph.operator(node).equals("Add")) {
      return null;
    }
    String a = graph.input(node, 0);
    String b = graph.input(node, 1);
    List<Dim> dims = graph.dims(a);
    if (dims == null || dims.size() != 3 || !dims.equals(graph.dims(b))) {
      return null;
    }
    if (!graph.isComputed(a) || !graph.isComputed(b) || !dims.get(2).isKnown()) {
      return null;
    }
    Connection found = connection(node, a, b, dims.get(2));
    return found != null ? found : connection(node, b, a, dims.get(2));
  }

  private Connection connection(int node, String shortcut, String branch, Dim width) {
    if (!graph.comesOf(branch, shortcut)) {
      return null;
    }
    BitSet between = graph.between(shortcut, branch);
    boolean product = false;
    boolean attention = false;
    for (int i = between.nextSetBit(0); i >= 0; i = between.nextSetBit(i + 1)) {
      product |= graph.isProduct(i);
      attention |= graph.operator(i).equals("Softmax");
    }
    return product ? new Connection(node, graph.output(node), shortcut, attention, width) : null;
  }
}
