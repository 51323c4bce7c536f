package org.lensdl4j.model.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A real channel, except that writes are counted and one of them comes to the end of the disk: it
 * writes a half, and the next one fails.
 */
final class FailingChannel extends FileChannel {
  private final FileChannel real;
  private final FailingFiles files;
  private boolean full;

  FailingChannel(FileChannel real, FailingFiles files) {
    this.real = real;
    this.files = files;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    bytes.limit(bytes.position() + allowed(bytes.remaining()));
    try {
      return real.write(bytes);
    } finally {
      bytes.limit(end);
    }
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    int end = bytes.limit();
    bytes.limit(bytes.position() + allowed(bytes.remaining()));
    try {
      return real.write(bytes, position);
    } finally {
      bytes.limit(end);
    }
  }

  /** How many of so many bytes the disk takes: the last half of its room, and then it is full. */
  private int allowed(int bytes) throws IOException {
    if (full) {
      full = false;
      throw new IOException(FailingFiles.REASON);
    }
    if (!files.countsAsFailure()) {
      return bytes;
    }
    if (bytes < 2) {
      throw new IOException(FailingFiles.REASON);
    }
    full = true;
    return bytes / 2;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    files.change();
    return real.write(sources, offset, length);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    files.change();
    return real.transferFrom(source, position, count);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    files.change();
    real.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    // Not to the disk itself, which would take most of a test's time.
    files.change();
  }

  @Override
  public int read(ByteBuffer bytes) throws IOException {
    return real.read(bytes);
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    return real.read(bytes, position);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return real.read(targets, offset, length);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return real.transferTo(position, count, target);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
