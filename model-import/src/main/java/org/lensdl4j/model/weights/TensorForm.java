package org.lensdl4j.model.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.lensdl4j.model.base.AtomicFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How one tensor is stored: its element type, and how values are rounded to it.
 *
 * @param tensor its name, which stochastic rounding depends on
 * @param dtype F64, F32, F16, BF16 or Q8_0
 */
public record TensorForm(String tensor, DType dtype, Rounding rounding) {
  private static final int CHUNK = 1 << 18;

  /** Hears what a tensor's elements become. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Some consecutive elements.
     *
     * @param at place of the first in the tensor
     * @param values as the array has them; not to be kept
     * @param stored as a reader of the file will have them; not to be kept
     */
    void elements(long at, float[] values, float[] stored, int count);
  }

  /** The bytes of an array, which stays its owner's and must not change until they are written. */
  public TensorSource source(INDArray values) {
    return channel -> write(values, channel);
  }

  void write(INDArray array, FileChannel channel) throws IOException {
    HostArrays.requireContiguous(array, "writing a tensor");
    float[] values = new float[(int) Math.min(CHUNK, array.length())];
    ByteBuffer bytes = buffer(values.length);
    for (long at = 0; at < array.length(); at += values.length) {
      int n = (int) Math.min(values.length, array.length() - at);
      HostArrays.get(array, at, values, 0, n);
      encode(values, at, n, bytes.clear());
      AtomicFile.writeFully(channel, bytes.flip());
    }
  }

  /** Encodes an array as for writing, and decodes it as for reading. */
  public void thereAndBack(INDArray array, Listener listener) {
    HostArrays.requireContiguous(array, "rounding a tensor");
    float[] values = new float[(int) Math.min(CHUNK, array.length())];
    float[] stored = new float[values.length];
    ByteBuffer bytes = buffer(values.length);
    for (long at = 0; at < array.length(); at += values.length) {
      int n = (int) Math.min(values.length, array.length() - at);
      HostArrays.get(array, at, values, 0, n);
      encode(values, at, n, bytes.clear());
      FloatDecoder.decode(dtype, bytes, 0, stored, 0, n);
      listener.elements(at, values, stored, n);
    }
  }

  private ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(elements / dtype.blockElements() * dtype.blockBytes())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private void encode(float[] values, long at, int count, ByteBuffer target) {
    if (rounding.isStochastic()) {
      StochasticEncoder.encode(this, values, at, count, target);
    } else {
      FloatEncoder.encode(dtype, values, count, target);
    }
  }
}
