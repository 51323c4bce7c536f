package org.lensdl4j.model.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Checks, before a job starts, that the disk has room for what it will write. */
public final class DiskSpace {
  private DiskSpace() {}

  /**
   * Refuses a job that would fill the disk.
   *
   * @param target where it will be written; need not exist yet
   * @param bytes about how many
   * @throws UncheckedIOException naming the target, what is needed and what is free
   */
  public static void require(Path target, long bytes) {
    Path existing = target.toAbsolutePath();
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      long room = Files.getFileStore(existing).getUsableSpace();
      if (room < bytes) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "Cannot write %s: %s are needed, %s are free",
                target,
                megabytes(bytes),
                megabytes(room)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MB";
  }
}
