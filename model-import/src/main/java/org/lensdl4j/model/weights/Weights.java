package org.lensdl4j.model.weights;

import java.util.Map;
import org.lensdl4j.model.base.ModelFormatException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tensors of one model under their Hugging Face names, read on demand and widened to 32-bit
 * floats.
 *
 * <p>Files are memory-mapped: opening reads a header only, and a tensor takes memory only as long
 * as its widened copy. Safe for reading from several threads.
 */
public interface Weights extends AutoCloseable {

  /** All tensors by name, in the order of the file. */
  Map<String, TensorInfo> tensors();

  /**
   * Reads one tensor.
   *
   * @return a new detached FLOAT array of the stored shape in C order, owned by the caller
   * @throws ModelFormatException if there is no such tensor
   */
  INDArray read(String name);

  /**
   * Reads one tensor into an array that is already there.
   *
   * @param target FLOAT, C order, contiguous (a row-range view of a larger array is allowed), with
   *     as many elements as the tensor
   */
  void readInto(String name, INDArray target);

  /**
   * Reads some rows of a matrix without widening the rest: the embedding look-up.
   *
   * @return a new FLOAT array {@code [rows.length, columns]}, owned by the caller
   */
  INDArray readRows(String name, int[] rows);

  /** What the files call a tensor, where that is another name: a model is written back with it. */
  default String storedName(String name) {
    return name;
  }

  /** SHA-256, in hex, of names, types, shapes and stored bytes: the identity of these weights. */
  String hash();

  @Override
  void close();
}
