package org.lensdl4j.model.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.internal.SessionMemMgr;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory of a SameDiff session that is allocated once and reused in every run, whatever the shapes.
 *
 * <p>SameDiff's own manager keeps one cache per shape: with batches of changing length it grows
 * without end, and new memory is zeroed by one thread, which costs as much as the operation that
 * fills it. This one lends buffers by size.
 */
final class ReusedMemory implements SessionMemMgr {
  /** Sizes are rounded up to powers of this, so that sizes that are nearly equal meet again. */
  private static final double STEP = 1.2;

  /** Smaller arrays (shapes, axes, scalars) are many and cheap, and are taken anew. */
  private static final long SMALL = 1024;

  /** A request may be served by a buffer up to this many steps larger. */
  private static final int LARGER = 2;

  /** Memory held, in units of the most that was ever in use at once. */
  private static final double SPARE = 1.1;

  private final TreeMap<Long, ArrayDeque<DataBuffer>> free = new TreeMap<>();
  private final Map<DataBuffer, Boolean> lent = new IdentityHashMap<>();
  private final ArrayList<INDArray> others = new ArrayList<>();
  private long bytes;
  private long peak;

  @Override
  public INDArray allocate(boolean detached, DataType type, long... shape) {
    long length = 1;
    for (long s : shape) {
      length = Math.multiplyExact(length, s);
    }
    if (type != DataType.FLOAT || length < SMALL) {
      INDArray small = Nd4j.createUninitializedDetached(type, shape);
      others.add(small);
      return small;
    }
    DataBuffer buffer = take(length);
    lent.put(buffer, Boolean.TRUE);
    return Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
  }

  private DataBuffer take(long length) {
    int step = (int) Math.ceil(Math.log(length) / Math.log(STEP) - 1e-9);
    for (int larger = 0; larger <= LARGER; larger++) {
      ArrayDeque<DataBuffer> fitting = free.get(size(step + larger));
      if (fitting != null && !fitting.isEmpty()) {
        return fitting.pop();
      }
    }
    long size = size(step);
    closeUnfitting(size * Float.BYTES);
    bytes += size * Float.BYTES;
    return Nd4j.createBuffer(DataType.FLOAT, size, false);
  }

  private static long size(int step) {
    return (long) Math.ceil(Math.pow(STEP, step));
  }

  /**
   * Batches of other lengths leave buffers that fit no more: without this, the memory held would be
   * the sum of what each length needs, not the most that any needs.
   */
  private void closeUnfitting(long wanted) {
    long inUse = 0;
    for (DataBuffer buffer : lent.keySet()) {
      inUse += buffer.length() * Float.BYTES;
    }
    peak = Math.max(peak, inUse + wanted);
    for (ArrayDeque<DataBuffer> same : free.descendingMap().values()) {
      while (!same.isEmpty() && bytes + wanted > peak * SPARE) {
        DataBuffer buffer = same.pop();
        bytes -= buffer.length() * Float.BYTES;
        buffer.close();
      }
    }
  }

  @Override
  public INDArray allocate(boolean detached, LongShapeDescriptor d) {
    if (d.isEmpty()) {
      return Nd4j.create(d);
    }
    if (d.getOrder() != 'c' && d.getShape().length > 1) {
      INDArray other = Nd4j.create(d, false).detach();
      others.add(other);
      return other;
    }
    return allocate(detached, d.dataType(), d.getShape());
  }

  @Override
  public INDArray ulike(INDArray arr) {
    return allocate(false, arr.dataType(), arr.shape());
  }

  @Override
  public INDArray dup(INDArray arr) {
    return ulike(arr).assign(arr);
  }

  @Override
  public void release(INDArray array) {
    DataBuffer buffer = array.data();
    // Sometimes called twice for one array, or for arrays from elsewhere: both are ignored.
    if (buffer != null && lent.remove(buffer) != null) {
      giveBack(buffer);
    }
  }

  private void giveBack(DataBuffer buffer) {
    free.computeIfAbsent(buffer.length(), n -> new ArrayDeque<>()).push(buffer);
  }

  /** Takes everything back: what a run returned is invalid from now on. */
  void reclaim() {
    lent.keySet().forEach(this::giveBack);
    lent.clear();
    for (INDArray a : others) {
      if (a.closeable()) {
        a.close();
      }
    }
    others.clear();
  }

  /** Native memory held, in bytes. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    reclaim();
    free.values().forEach(q -> q.forEach(DataBuffer::close));
    free.clear();
    bytes = 0;
  }
}
