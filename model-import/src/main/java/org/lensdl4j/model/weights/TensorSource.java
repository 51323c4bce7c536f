package org.lensdl4j.model.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.function.Supplier;
import org.lensdl4j.model.base.AtomicFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Supplies the bytes of one tensor while a file is written. */
@FunctionalInterface
public interface TensorSource {

  /** Writes exactly the tensor's bytes at the channel's position. */
  void writeTo(FileChannel channel) throws IOException;

  /**
   * The values of an array that is made when it is needed, and closed after.
   *
   * @param dtype what the values are rounded to: F64, F32, F16, BF16 or Q8_0
   */
  static TensorSource of(Supplier<INDArray> values, DType dtype) {
    return channel -> {
      try (INDArray array = values.get()) {
        write(array, dtype, channel);
      }
    };
  }

  /** The values of an array, which stays its owner's. */
  static TensorSource of(INDArray values, DType dtype) {
    return channel -> write(values, dtype, channel);
  }

  private static void write(INDArray array, DType dtype, FileChannel channel) throws IOException {
    HostArrays.requireContiguous(array, "writing a tensor");
    int chunk = 1 << 18;
    float[] values = new float[(int) Math.min(chunk, array.length())];
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length / dtype.blockElements() * dtype.blockBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < array.length(); at += values.length) {
      int n = (int) Math.min(values.length, array.length() - at);
      HostArrays.get(array, at, values, 0, n);
      bytes.clear();
      FloatEncoder.encode(dtype, values, n, bytes);
      AtomicFile.writeFully(channel, bytes.flip());
    }
  }
}
