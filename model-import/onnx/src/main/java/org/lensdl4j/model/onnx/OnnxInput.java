package org.lensdl4j.model.onnx;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * An input of an ONNX model.
 *
 * @param name of the input and of its placeholder
 * @param type of the array to be fed
 * @param sizes one per axis; those of equal name must be equal in one call
 */
public record OnnxInput(String name, DataType type, List<Dim> sizes) {
  public OnnxInput {
    sizes = List.copyOf(sizes);
  }
}
