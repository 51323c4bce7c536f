package org.lensdl4j.model.onnx;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Constant nodes whose value is given by an attribute other than a tensor. */
final class Constants {
  private Constants() {}

  static INDArray ofAttributes(OnnxNode node) {
    if (node.hasAttribute("value_int")) {
      return Nd4j.scalar(node.integer("value_int", 0));
    }
    if (node.hasAttribute("value_float")) {
      return Nd4j.scalar(node.number("value_float", 0));
    }
    long[] several = node.integers("value_ints");
    if (several != null && several.length > 0) {
      return Nd4j.createFromArray(several);
    }
    throw new IllegalArgumentException("found no tensor, integer or float as the constant's value");
  }
}
