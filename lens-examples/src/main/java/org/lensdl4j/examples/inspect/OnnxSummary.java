package org.lensdl4j.examples.inspect;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.lensdl4j.examples.report.TextTable;
import org.lensdl4j.model.graph.Tap;
import org.lensdl4j.model.onnx.OnnxModel;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;

/** What is in an ONNX file. */
public final class OnnxSummary {
  private OnnxSummary() {}

  /** The summary, several lines. */
  public static String of(OnnxModel model) {
    List<SDVariable> weights =
        model.graph().variables().stream()
            .filter(v -> v.getVariableType() == VariableType.CONSTANT)
            .filter(v -> v.dataType().isFPType() && v.getShape() != null && v.getShape().length > 0)
            .toList();
    long values =
        weights.stream()
            .mapToLong(v -> Arrays.stream(v.getShape()).reduce(1, (a, b) -> a * b))
            .sum();
    List<Tap> taps = model.tapped().taps();
    String head =
        new Facts()
            .add("kind", "model (ONNX, opset %d)", model.opset())
            .add(
                "inputs",
                model.inputs().stream()
                    .map(i -> i.name() + " " + i.type() + " " + i.sizes())
                    .collect(Collectors.joining(", ")))
            .add("outputs", String.join(", ", model.outputs()))
            .add("weights", "%d with %,d values", weights.size(), values)
            .add("operations", "%d in SameDiff", model.graph().ops().length)
            .add("hidden states", taps.isEmpty() ? "none found" : taps.size() + ":")
            .toString();
    TextTable table = new TextTable("tap", "variable");
    taps.forEach(t -> table.row(t.name(), t.variable()));
    return taps.isEmpty() ? head : head + "\n" + table;
  }
}
