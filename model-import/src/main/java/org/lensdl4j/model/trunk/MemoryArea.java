package org.lensdl4j.model.trunk;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;

/** Floats in native host memory, freed as soon as it is closed. */
final class MemoryArea implements FloatArea {
  // 256 Mi floats a segment: a ByteBuffer ends at 2 GiB.
  private static final int SHIFT = 28;

  private final long length;
  private final BytePointer[] pointers;
  private final FloatBuffer[] segments;

  MemoryArea(long length) {
    this.length = length;
    int n = Math.toIntExact((length + (1L << SHIFT) - 1) >> SHIFT);
    pointers = new BytePointer[n];
    segments = new FloatBuffer[n];
    for (int i = 0; i < n; i++) {
      long floats = Math.min(1L << SHIFT, length - ((long) i << SHIFT));
      pointers[i] = new BytePointer(4 * floats);
      segments[i] = pointers[i].asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void read(long index, float[] into, int offset, int count) {
    FloatArea.check(index, count, length);
    while (count > 0) {
      FloatBuffer segment = segment(index);
      int at = (int) (index & ((1L << SHIFT) - 1));
      int n = Math.min(count, segment.limit() - at);
      segment.get(at, into, offset, n);
      index += n;
      offset += n;
      count -= n;
    }
  }

  @Override
  public void write(long index, float[] from, int offset, int count) {
    FloatArea.check(index, count, length);
    while (count > 0) {
      FloatBuffer segment = segment(index);
      int at = (int) (index & ((1L << SHIFT) - 1));
      int n = Math.min(count, segment.limit() - at);
      segment.put(at, from, offset, n);
      index += n;
      offset += n;
      count -= n;
    }
  }

  private FloatBuffer segment(long index) {
    FloatBuffer segment = segments[(int) (index >> SHIFT)];
    if (segment == null) {
      throw new IllegalStateException("this set of hidden states has been closed");
    }
    return segment;
  }

  @Override
  public void close() {
    for (int i = 0; i < pointers.length; i++) {
      segments[i] = null;
      if (pointers[i] != null) {
        pointers[i].close();
        pointers[i] = null;
      }
    }
  }
}
