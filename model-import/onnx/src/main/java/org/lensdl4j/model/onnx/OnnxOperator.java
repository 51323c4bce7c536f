package org.lensdl4j.model.onnx;

/** Translates nodes of one ONNX operator into SameDiff. */
@FunctionalInterface
public interface OnnxOperator {
  /**
   * Builds the operator's SameDiff operations and hands each result to {@link OnnxNode#output}.
   *
   * @throws RuntimeException if the node cannot be translated; the message need not name it
   */
  void translate(OnnxNode node);
}
