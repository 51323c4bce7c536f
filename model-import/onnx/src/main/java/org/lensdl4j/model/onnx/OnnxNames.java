package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;

/**
 * What the weights of a file were called in PyTorch. Exporters keep the names of what is used as it
 * is, and turn the matrices of linear layers, which they number; the node that multiplies by one is
 * called by the layer.
 */
final class OnnxNames {

  /**
   * A weight of the file.
   *
   * @param turned whether the file has it as {@code [in, out]} where PyTorch has {@code [out, in]}
   */
  record Stored(TensorProto tensor, boolean turned) {}

  private OnnxNames() {}

  /** By the name that it had; where two nodes use one, by the first one's. */
  static Map<String, Stored> of(GraphProto graph) {
    Map<String, TensorProto> weights = new LinkedHashMap<>();
    graph.getInitializerList().forEach(t -> weights.put(t.getName(), t));
    Map<String, Stored> out = new LinkedHashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      TensorProto right = node.getInputCount() == 2 ? weights.get(node.getInput(1)) : null;
      if (node.getOpType().equals("MatMul") && right != null && right.getDimsCount() == 2) {
        out.putIfAbsent(layer(node.getName()) + ".weight", new Stored(right, true));
        weights.remove(right.getName());
      }
    }
    weights.forEach((name, t) -> out.putIfAbsent(name, new Stored(t, false)));
    return out;
  }

  /** {@code /encoder/layer.0/output/dense/MatMul} is {@code encoder.layer.0.output.dense}. */
  private static String layer(String node) {
    List<String> parts = new ArrayList<>(List.of(node.split("/")));
    parts.removeIf(String::isEmpty);
    return String.join(".", parts.subList(0, Math.max(0, parts.size() - 1)));
  }
}
