package org.lensdl4j.model.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Writes a folder completely or not at all: under a temporary name beside it, then renamed. */
public final class AtomicFolder {
  private AtomicFolder() {}

  /** Writes the files of the folder. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything into the folder, which is empty. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Refuses an output that is in use; for asking before long work.
   *
   * @throws OutputInUseException if there is a file of that name, or a folder that is not empty
   */
  public static void requireFree(Path output) {
    try {
      if (Files.isDirectory(output)) {
        try (var files = Files.list(output)) {
          if (files.findAny().isPresent()) {
            throw new OutputInUseException("The output folder " + output + " is not empty");
          }
        }
      } else if (Files.exists(output)) {
        throw new OutputInUseException("The output folder " + output + " is a file");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + output, e);
    }
  }

  /**
   * Writes a folder.
   *
   * @param output does not exist, or is empty
   * @param bytes about how much will be written; compared with the room on the disk beforehand
   * @throws OutputInUseException as in {@link #requireFree}
   * @throws UncheckedIOException naming the folder; nothing is then left of it
   */
  public static void write(Path output, long bytes, Content content) {
    requireFree(output);
    DiskSpace.require(output, bytes);
    Path absolute = output.toAbsolutePath();
    Path temporary = null;
    try {
      Files.createDirectories(absolute.getParent());
      temporary = absolute.resolveSibling("." + absolute.getFileName() + ".writing-" + unique());
      Files.createDirectory(temporary);
      content.writeTo(temporary);
      Files.deleteIfExists(absolute);
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
      temporary = null;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + output + ": " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new UncheckedIOException(
          "Cannot write " + output + ": " + e.getCause().getMessage(), e.getCause());
    } finally {
      if (temporary != null) {
        deleteQuietly(temporary);
      }
    }
  }

  private static String unique() {
    return Long.toString(ProcessHandle.current().pid(), 36)
        + Long.toString(System.nanoTime() & 0xffffffL, 36);
  }

  private static void deleteQuietly(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException error)
                throws IOException {
              Files.delete(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // The first error is the one to report; what is left has a name that says what it is.
    }
  }
}
