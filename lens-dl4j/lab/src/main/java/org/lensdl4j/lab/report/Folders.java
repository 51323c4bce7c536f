package org.lensdl4j.lab.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.lensdl4j.model.base.LensException;

/** Names and contents of folders. */
final class Folders {
  private Folders() {}

  /** The last part of the path. */
  static String name(Path folder) {
    Path file = folder.toAbsolutePath().normalize().getFileName();
    return file == null ? folder.toString() : file.toString();
  }

  /**
   * The same for a heading: a folder that is only called "run" has the name of the one around it.
   */
  static String title(Path folder) {
    Path around = folder.toAbsolutePath().normalize().getParent();
    return name(folder).equals("run") && around != null ? name(around) : name(folder);
  }

  /** The folder's files with an ending, by name. */
  static List<Path> files(Path folder, String ending) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.getFileName().toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s cannot be listed: %s", folder, e.getMessage()), e);
    }
  }
}
