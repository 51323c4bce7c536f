package org.lensdl4j.model.trunk;

/**
 * A flat array of floats outside the Java heap, with 64-bit indices. Safe for several threads that
 * access different parts.
 */
interface FloatArea extends AutoCloseable {

  /** Floats that stay in memory; larger areas go to a temporary file. */
  long MEMORY_LIMIT = Long.getLong("lens.states.memoryFloats", 128L << 20);

  /** Number of floats. */
  long length();

  /** Whether {@link #write} is allowed. */
  boolean writable();

  /** Copies floats out. */
  void read(long index, float[] into, int offset, int count);

  /**
   * Copies floats in.
   *
   * @throws IllegalStateException if the area is a file opened for reading
   */
  void write(long index, float[] from, int offset, int count);

  @Override
  void close();

  /** A new area of undefined content: memory when it is small enough, else a temporary file. */
  static FloatArea allocate(long length) {
    return length <= MEMORY_LIMIT ? new MemoryArea(length) : FileArea.temporary(length);
  }

  /** Throws if the range is not inside an area of that length. */
  static void check(long index, int count, long length) {
    if (index < 0 || count < 0 || index > length - count) {
      throw new IndexOutOfBoundsException(
          "floats " + index + " to " + (index + count) + " of an area of " + length);
    }
  }
}
