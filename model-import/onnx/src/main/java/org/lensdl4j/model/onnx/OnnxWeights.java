package org.lensdl4j.model.onnx;

import java.nio.file.Path;
import java.util.Map;
import onnx.Onnx.TensorProto;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Finds the weights of a Hugging Face directory in an ONNX file, and makes sure they are these. */
final class OnnxWeights {
  private final Path file;
  private final Map<String, OnnxNames.Stored> names;
  private final OnnxTensors tensors;

  OnnxWeights(Path file) {
    this.file = file;
    this.names = OnnxNames.of(OnnxFile.read(file).getGraph());
    this.tensors = new OnnxTensors(file);
  }

  /**
   * A weight of the same value.
   *
   * @param name as the directory calls it; the file may leave out, or add, what stands before
   *     {@code encoder.} ({@code bert.}, {@code model.})
   */
  OnnxNames.Stored find(String name, Weights original) {
    OnnxNames.Stored stored = null;
    for (Map.Entry<String, OnnxNames.Stored> e : names.entrySet()) {
      String own = e.getKey();
      if (own.equals(name) || own.endsWith("." + name) || name.endsWith("." + own)) {
        stored = e.getValue();
        break;
      }
    }
    if (stored == null) {
      throw refused(name, "the file has no such weight");
    }
    if (stored.tensor().getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
      throw refused(
          name,
          "found "
              + TensorProto.DataType.forNumber(stored.tensor().getDataType())
              + ", expected FLOAT: 16 bits would lose most of what was trained, and 8-bit weights have their scales in the graph");
    }
    try (INDArray here = OnnxEncoder.array(tensors, name, stored);
        INDArray there = original.read(name)) {
      if (!here.equalShapes(there) || !here.equalsWithEps(there, 0)) {
        throw refused(
            name,
            "the file holds other values than the model that was trained; expected the file it was made from");
      }
    }
    return stored;
  }

  private ModelFormatException refused(String name, String why) {
    return new ModelFormatException(file + ": weight '" + name + "': " + why);
  }
}
