package org.lensdl4j.model.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A real channel, except that writes are counted and one of them fails in the middle. */
final class FailingChannel extends FileChannel {
  private final FileChannel real;
  private final FailingFiles files;

  FailingChannel(FileChannel real, FailingFiles files) {
    this.real = real;
    this.files = files;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    if (files.countsAsFailure()) {
      real.write(half(bytes));
      throw new IOException(FailingFiles.REASON);
    }
    return real.write(bytes);
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    if (files.countsAsFailure()) {
      real.write(half(bytes), position);
      throw new IOException(FailingFiles.REASON);
    }
    return real.write(bytes, position);
  }

  private static ByteBuffer half(ByteBuffer bytes) {
    return bytes.slice(bytes.position(), bytes.remaining() / 2);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    files.change();
    return real.write(sources, offset, length);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    if (files.countsAsFailure()) {
      real.transferFrom(source, position, count / 2);
      throw new IOException(FailingFiles.REASON);
    }
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
    files.change();
    real.force(metaData);
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
