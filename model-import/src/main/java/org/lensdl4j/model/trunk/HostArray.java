package org.lensdl4j.model.trunk;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A buffer shared by ND4J operations and plain Java loops. This is the only place where the engine
 * accesses an array's host memory; {@link #toHost} and {@link #fromHost} synchronise it on backends
 * whose arrays live on a device, and cost nothing on the CPU.
 */
final class HostArray implements AutoCloseable {
  private final INDArray array;
  private final FloatBuffer host;
  private final Map<Long, INDArray> views = new HashMap<>();
  private final Map<List<Integer>, INDArray> columnViews = new ConcurrentHashMap<>();

  /** Room for {@code rows} rows of {@code columns} floats. */
  HostArray(int rows, int columns) {
    if ((long) rows * columns > Integer.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          "a buffer of " + rows + " x " + columns + " floats is over 2 GiB: lower batchTokens");
    }
    array = Nd4j.createUninitializedDetached(DataType.FLOAT, (long) rows * columns);
    host = array.data().asNioFloat();
  }

  /**
   * The buffer's beginning as a matrix; a view that need not be closed. Views are kept, because
   * making one takes as long as thousands of floats.
   */
  INDArray matrix(int rows, int columns) {
    return views.computeIfAbsent(
        (long) rows << 32 | columns,
        key -> Nd4j.create(array.data(), new long[] {rows, columns}, new long[] {columns, 1}, 0));
  }

  /**
   * A part of the buffer as a matrix whose columns lie one behind the other: element (r, c) is at
   * {@code first + c * rows + r}. Several threads may ask at once.
   */
  INDArray byColumns(int first, int rows, int columns) {
    return columnViews.computeIfAbsent(
        List.of(first, rows, columns),
        key ->
            Nd4j.create(
                array.data(), new long[] {rows, columns}, new long[] {1, rows}, first, 'f'));
  }

  /** A part of the buffer as a vector. Several threads may ask at once. */
  INDArray vector(int first, int length) {
    return columnViews.computeIfAbsent(
        List.of(first, length),
        key -> Nd4j.create(array.data(), new long[] {length}, new long[] {1}, first));
  }

  /** To be called after ND4J operations wrote, before {@link #read}. */
  void toHost() {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
  }

  /** To be called after {@link #write}, before ND4J operations read. */
  void fromHost() {
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  void read(int index, float[] into, int offset, int count) {
    host.get(index, into, offset, count);
  }

  void write(int index, float[] from, int offset, int count) {
    host.put(index, from, offset, count);
  }

  @Override
  public void close() {
    array.close();
  }
}
