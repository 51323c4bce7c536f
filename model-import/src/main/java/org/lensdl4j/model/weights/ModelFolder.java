package org.lensdl4j.model.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.lensdl4j.model.base.ModelFormatException;

/** Finds files of a model directory without ever leaving it. */
public final class ModelFolder {
  private ModelFolder() {}

  /**
   * The file of a plain name.
   *
   * @return empty if there is none
   * @throws ModelFormatException if the name is a path, or a link that leads out of the folder. The
   *     links of Hugging Face's cache ({@code snapshots/REVISION/x -> ../../blobs/HASH}) are
   *     allowed
   */
  public static Optional<Path> find(Path directory, String name) {
    Path file;
    try {
      file = directory.resolve(name);
    } catch (InvalidPathException e) {
      throw new ModelFormatException(directory + " cannot hold a file named " + name, e);
    }
    if (name.isEmpty()
        || name.indexOf('/') >= 0
        || name.indexOf('\\') >= 0
        || name.equals(".")
        || name.equals("..")
        || !file.toAbsolutePath().normalize().startsWith(directory.toAbsolutePath().normalize())) {
      throw new ModelFormatException(
          directory
              + " names the file '"
              + name
              + "', which is not a plain name inside the folder");
    }
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Path real = file.toRealPath();
      Path folder = directory.toRealPath();
      Path parent = folder.getParent();
      boolean cached =
          parent != null
              && parent.endsWith("snapshots")
              && parent.getParent() != null
              && real.startsWith(parent.getParent().resolve("blobs"));
      if (!real.startsWith(folder) && !cached) {
        throw new ModelFormatException(file + " is a link that leads out of the folder: " + real);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look up " + file, e);
    }
    return Optional.of(file);
  }
}
