package org.lensdl4j.model.trunk;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.lensdl4j.model.base.Guard;

/**
 * Floats in a file, little-endian. Read and written by position, not mapped: the operating system's
 * cache does not count as this process's memory, and nothing has to be unmapped.
 */
final class FileArea implements FloatArea {
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final long start;
  private final long length;
  private final boolean writable;
  private final Guard guard = new Guard("this set of hidden states");
  private final ThreadLocal<ByteBuffer> buffers =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN));

  private FileArea(Path file, FileChannel channel, long start, long length, boolean writable) {
    this.file = file;
    this.channel = channel;
    this.start = start;
    this.length = length;
    this.writable = writable;
  }

  /** A new file in the temporary folder that disappears when it is closed. */
  static FileArea temporary(long length) {
    Path file = null;
    try {
      file = Files.createTempFile("lens-states", ".tmp");
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      return new FileArea(file, channel, 0, length, true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary file for hidden states: " + file, e);
    }
  }

  /** The floats of a file from a byte offset on, for reading. */
  static FileArea reading(Path file, FileChannel channel, long start, long length) {
    return new FileArea(file, channel, start, length, false);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean writable() {
    return writable;
  }

  @Override
  public void read(long index, float[] into, int offset, int count) {
    guard.requireOpen();
    FloatArea.check(index, count, length);
    ByteBuffer buffer = buffers.get();
    try {
      while (count > 0) {
        int n = Math.min(count, BUFFER / 4);
        buffer.clear().limit(4 * n);
        long at = start + 4 * index;
        while (buffer.hasRemaining()) {
          int got = channel.read(buffer, at + buffer.position());
          if (got < 0) {
            throw new EOFException("file ends at " + channel.size());
          }
        }
        buffer.flip();
        buffer.asFloatBuffer().get(into, offset, n);
        index += n;
        offset += n;
        count -= n;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read hidden states: " + file, e);
    }
  }

  @Override
  public void write(long index, float[] from, int offset, int count) {
    guard.requireOpen();
    FloatArea.check(index, count, length);
    if (!writable) {
      throw new IllegalStateException("hidden states opened from " + file + " are read-only");
    }
    ByteBuffer buffer = buffers.get();
    try {
      while (count > 0) {
        int n = Math.min(count, BUFFER / 4);
        buffer.clear().limit(4 * n);
        buffer.asFloatBuffer().put(from, offset, n);
        long at = start + 4 * index;
        while (buffer.hasRemaining()) {
          channel.write(buffer, at + buffer.position());
        }
        index += n;
        offset += n;
        count -= n;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write hidden states: " + file, e);
    }
  }

  @Override
  public void close() {
    guard.close(this::closeChannel);
  }

  private void closeChannel() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }
}
