package org.lensdl4j.model.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * A file that is read in pieces from several threads. Large pieces are memory-mapped while they are
 * in use and unmapped right after, so that a model larger than memory does not fill the resident
 * set; small ones are read. Offsets are long: there is no limit of 2 GiB.
 */
final class RandomAccess implements AutoCloseable {
  /** The largest piece that one call may ask for. */
  static final int MAX_PIECE = 1 << 30;

  private static final int MAP_FROM = 1 << 16;
  private static final MethodHandle UNMAP = findUnmap();

  private final Path path;
  private final long size;
  private FileChannel channel;
  private boolean closed;

  private RandomAccess(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  static RandomAccess open(Path path) {
    try {
      if (Files.isDirectory(path)) {
        throw new ModelFormatException(path + " is a folder, not a file");
      }
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new RandomAccess(path, channel, channel.size());
    } catch (NoSuchFileException e) {
      throw new ModelFormatException("There is no file " + path, e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open " + path + ": " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /** Some bytes of the file, little-endian, valid until closed. */
  record Piece(ByteBuffer buffer, boolean mapped) implements AutoCloseable {
    @Override
    public void close() {
      if (mapped && UNMAP != null) {
        try {
          UNMAP.invoke(buffer);
        } catch (Throwable e) {
          throw new IllegalStateException("Cannot unmap a piece of a file", e);
        }
      }
    }
  }

  Piece piece(long offset, int length) {
    if (offset < 0 || length < 0 || length > MAX_PIECE || offset > size - length) {
      throw new ModelFormatException(
          path + " has " + size + " bytes; " + length + " bytes at " + offset + " were asked for");
    }
    try {
      return piece(channel(), offset, length);
    } catch (ClosedByInterruptException e) {
      throw new UncheckedIOException("Interrupted while reading " + path, e);
    } catch (ClosedChannelException e) {
      // Another thread was interrupted while it read, which closed the channel under this one.
      return again(offset, length);
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private Piece again(long offset, int length) {
    try {
      return piece(channel(), offset, length);
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private Piece piece(FileChannel channel, long offset, int length) throws IOException {
    if (length >= MAP_FROM) {
      ByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
      return new Piece(map.order(ByteOrder.LITTLE_ENDIAN), true);
    }
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new ModelFormatException(path + " became shorter while it was read");
      }
    }
    return new Piece(buffer.flip(), false);
  }

  private UncheckedIOException cannotRead(IOException e) {
    return new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
  }

  /**
   * The channel, opened again where it has been closed by the interruption of a thread: Java closes
   * a file channel for all when one reader is interrupted.
   */
  private synchronized FileChannel channel() throws IOException {
    if (closed) {
      throw new IllegalStateException(path + " has been closed");
    }
    if (!channel.isOpen()) {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      if (channel.size() != size) {
        throw new ModelFormatException(path + " has changed while it was open");
      }
    }
    return channel;
  }

  /** Appends a part of the file to another, without passing through the heap. */
  void transferTo(FileChannel target, long offset, long length) throws IOException {
    for (long done = 0; done < length; ) {
      long n = channel().transferTo(offset + done, length - done, target);
      if (n <= 0) {
        throw new IOException(path + " became shorter while it was read");
      }
      done += n;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close " + path, e);
    }
  }

  /**
   * The JDK's own way to release a mapping before the garbage collector does; absent on exotic
   * virtual machines, where mappings then live until they are collected.
   */
  private static MethodHandle findUnmap() {
    try {
      Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
      Field field = unsafeClass.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return MethodHandles.lookup()
          .findVirtual(
              unsafeClass, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
          .bindTo(field.get(null));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }
}
