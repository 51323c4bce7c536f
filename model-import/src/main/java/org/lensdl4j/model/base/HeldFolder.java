package org.lensdl4j.model.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A folder of work that may be broken off and goes on later, held by one process at a time. A file
 * marks it as such work; files in it are replaced as a whole.
 */
public final class HeldFolder implements AutoCloseable {
  private final Path root;
  private final FolderLock lock;

  private HeldFolder(Path root, FolderLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Takes a folder: a new or an empty one, or one with the mark. What a process that died was
   * writing is removed.
   *
   * @param kind of the work, for messages: "run"
   * @param mark name of the file that marks it
   * @throws LensException if another process holds it, or it holds something else
   */
  public static HeldFolder take(Path root, String kind, String mark) {
    requireOwn(root, kind, mark);
    try {
      Files.createDirectories(root);
      FolderLock lock =
          FolderLock.take(root)
              .orElseThrow(
                  () ->
                      new LensException(
                          String.format(
                              Locale.ROOT,
                              "output folder %s is in use by another %s",
                              root,
                              kind)));
      AtomicFile.deleteLeftovers(root);
      return new HeldFolder(root, lock);
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "cannot use output folder %s: %s", root, e), e);
    }
  }

  /**
   * Refuses a folder that holds something else; for asking before long work.
   *
   * @throws LensException if it is neither new nor empty and has no mark
   */
  public static void requireOwn(Path root, String kind, String mark) {
    try {
      if (Files.isDirectory(root)
          && !Files.exists(root.resolve(mark))
          && !FolderLock.isEmpty(root)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "output folder %s is not empty and holds no %s: name a new folder",
                root,
                kind));
      }
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "cannot use output folder %s: %s", root, e), e);
    }
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /**
   * Replaces a file; folders on the way are created.
   *
   * @throws LensException naming the file
   */
  public void write(String name, String text) {
    Path file = root.resolve(name);
    try {
      AtomicFile.write(file, text.endsWith("\n") ? text : text + "\n");
    } catch (UncheckedIOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "cannot write %s: %s", file, e.getCause().getMessage()), e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
