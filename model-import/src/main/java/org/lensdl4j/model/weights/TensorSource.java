package org.lensdl4j.model.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.function.Supplier;
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
    return of(values, new TensorForm("", dtype, Rounding.NEAREST));
  }

  /** The values of an array that is made when it is needed, and closed after, in a form. */
  static TensorSource of(Supplier<INDArray> values, TensorForm form) {
    return channel -> {
      try (INDArray array = values.get()) {
        form.write(array, channel);
      }
    };
  }

  /** The values of an array, which stays its owner's. */
  static TensorSource of(INDArray values, DType dtype) {
    return new TensorForm("", dtype, Rounding.NEAREST).source(values);
  }
}
