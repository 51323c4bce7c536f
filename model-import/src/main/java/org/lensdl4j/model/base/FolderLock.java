package org.lensdl4j.model.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A lock on a folder, held by one user at a time among all processes and threads, by means of a
 * file in it.
 */
public final class FolderLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final FileChannel channel;
  private final FileLock lock;

  private FolderLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** Takes a folder that is there; empty if somebody else holds it. */
  public static Optional<FolderLock> take(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another thread of this process: the same as another process.
    }
    if (lock == null) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(new FolderLock(channel, lock));
  }

  /**
   * Whether a folder that is there holds nothing, or only what is left of a lock or of a process
   * that died while it wrote its first file.
   */
  public static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.allMatch(
          p -> p.getFileName().toString().equals(NAME) || AtomicFile.isLeftover(p));
    }
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
