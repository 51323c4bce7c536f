package org.lensdl4j.lens.states;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * One state per text of consecutive layers, in a file: float32, little-endian, layer by layer and
 * text by text. Stays readable when another process takes the entry away.
 */
final class PooledFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final int texts;
  private final ByteBuffer buffer;

  private PooledFile(Path file, FileChannel channel, int texts, int hiddenSize) {
    this.file = file;
    this.channel = channel;
    this.texts = texts;
    buffer = ByteBuffer.allocate(Float.BYTES * hiddenSize).order(ByteOrder.LITTLE_ENDIAN);
  }

  static PooledFile create(Path file, int texts, int hiddenSize) {
    try {
      return new PooledFile(
          file,
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          texts,
          hiddenSize);
    } catch (IOException e) {
      throw failure("make", file, e);
    }
  }

  private static UncheckedIOException failure(String what, Path file, IOException e) {
    return new UncheckedIOException(
        String.format(Locale.ROOT, "cannot %s %s: %s", what, file, e.getMessage()), e);
  }

  static PooledFile open(Path file, int texts, int hiddenSize) throws IOException {
    return new PooledFile(file, FileChannel.open(file, StandardOpenOption.READ), texts, hiddenSize);
  }

  /** Writes the next layer's states, {@code [texts][hiddenSize]}. */
  void add(float[][] states) {
    try {
      for (float[] state : states) {
        buffer.clear().asFloatBuffer().put(state);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  /**
   * States of a layer, {@code [texts][hiddenSize]}.
   *
   * @param number 0 for the first layer in the file
   */
  float[][] layer(int number) {
    int d = buffer.capacity() / Float.BYTES;
    float[][] out = new float[texts][d];
    long at = (long) number * texts * buffer.capacity();
    try {
      for (float[] state : out) {
        buffer.clear();
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, at + buffer.position()) < 0) {
            throw new IOException("it ends at layer " + number);
          }
        }
        buffer.flip().asFloatBuffer().get(state);
        at += buffer.capacity();
      }
      return out;
    } catch (IOException e) {
      throw failure("read", file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure("close", file, e);
    }
  }
}
