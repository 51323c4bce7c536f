package org.lensdl4j.model.weights;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies floats between Java arrays and the host memory of ND4J arrays; the only place that uses
 * native pointers. On a GPU backend the array is marked as changed on the host, so that the next
 * operation uploads it.
 */
public final class HostArrays {
  private HostArrays() {}

  /**
   * Checks that an array can be written in one run: FLOAT, C order, no gaps.
   *
   * @param what how messages name the array
   */
  public static void requireContiguous(INDArray array, String what) {
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          what + " needs a FLOAT array, not " + array.dataType() + " " + shape(array));
    }
    long step = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != step) {
        throw new IllegalArgumentException(
            what + " needs an array in C order without gaps, not a strided view " + shape(array));
      }
      step *= array.size(i);
    }
  }

  /** Copies {@code count} floats into a contiguous FLOAT array, from its element {@code at} on. */
  public static void put(INDArray target, long at, float[] source, int from, int count) {
    if (at < 0 || at + count > target.length()) {
      throw new IndexOutOfBoundsException(
          at + " + " + count + " floats into an array of " + target.length());
    }
    FloatPointer p = hostPointer(target);
    p.position(p.position() + target.offset() + at).put(source, from, count);
    Nd4j.getAffinityManager().tagLocation(target, Location.HOST);
  }

  /**
   * Copies {@code count} floats out of a contiguous FLOAT array, from its element {@code at} on.
   */
  public static void get(INDArray source, long at, float[] target, int to, int count) {
    if (at < 0 || at + count > source.length()) {
      throw new IndexOutOfBoundsException(
          at + " + " + count + " floats out of an array of " + source.length());
    }
    FloatPointer p = hostPointer(source);
    p.position(p.position() + source.offset() + at).get(target, to, count);
  }

  private static FloatPointer hostPointer(INDArray array) {
    Nd4j.getExecutioner().commit();
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    Pointer p = array.data().pointer();
    return new FloatPointer(p);
  }

  private static String shape(INDArray array) {
    return java.util.Arrays.toString(array.shape());
  }
}
