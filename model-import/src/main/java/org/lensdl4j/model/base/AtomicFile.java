package org.lensdl4j.model.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a file completely or not at all: into a temporary file beside it, which is flushed to the
 * disk and then renamed. If anything fails (a full disk, an exception while the content is
 * produced), the old file stays.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";

  private AtomicFile() {}

  /** Writes the content. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to the channel, which is empty and at its start. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, replacing one that is there. Folders on the way are created.
   *
   * @throws UncheckedIOException naming the file
   */
  public static void write(Path file, Content content) {
    write(file, content, true);
  }

  /**
   * As {@link #write(Path, Content)}, without waiting for the disk: for what can be made again.
   *
   * @throws UncheckedIOException naming the file
   */
  public static void writeWithoutForce(Path file, Content content) {
    write(file, content, false);
  }

  private static void write(Path file, Content content, boolean force) {
    Path absolute = file.toAbsolutePath();
    Path temporary = null;
    try {
      Files.createDirectories(absolute.getParent());
      temporary = Files.createTempFile(absolute.getParent(), "." + absolute.getFileName(), SUFFIX);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        if (force) {
          channel.force(true);
        }
      }
      Permissions.asIfCreatedPlainly(temporary);
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      temporary = null;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  /** Writes text as UTF-8. */
  public static void write(Path file, String text) {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    write(file, channel -> writeFully(channel, bytes));
  }

  /** Writes all that the buffer has left; one call of a channel may write less. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Whether a file is what is left where writing was broken off by the end of the process. */
  static boolean isLeftover(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  /** Deletes such files from a folder that nobody else writes to. */
  static void deleteLeftovers(Path folder) throws IOException {
    List<Path> found;
    try (Stream<Path> list = Files.list(folder)) {
      found = list.filter(AtomicFile::isLeftover).filter(Files::isRegularFile).toList();
    }
    for (Path file : found) {
      Files.deleteIfExists(file);
    }
  }

  private static void deleteQuietly(Path temporary) {
    if (temporary != null) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        // The first error is the one to report; what is left has a name that says what it is.
      }
    }
  }
}
