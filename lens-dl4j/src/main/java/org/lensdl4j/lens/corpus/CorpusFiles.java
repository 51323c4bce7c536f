package org.lensdl4j.lens.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lensdl4j.model.base.LensException;

/** A folder that holds {@code <language>.jsonl}. */
final class CorpusFiles {
  private static final String SUFFIX = ".jsonl";

  private CorpusFiles() {}

  static Path of(Path folder, String language) {
    if (!Files.isDirectory(folder)) {
      throw new LensException(
          "texts: %s is not a folder, expected one with <language>.jsonl files".formatted(folder));
    }
    Path file = folder.resolve(language + SUFFIX);
    if (!Files.isRegularFile(file)) {
      throw new LensException(
          "language %s has no file %s; the folder has texts in %s"
              .formatted(language, file, there(folder)));
    }
    return file;
  }

  private static String there(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.endsWith(SUFFIX))
              .map(n -> n.substring(0, n.length() - SUFFIX.length()))
              .sorted()
              .toList();
      return names.isEmpty() ? "no language" : String.join(", ", names);
    } catch (IOException e) {
      throw new LensException("%s: cannot be listed: %s".formatted(folder, e.getMessage()), e);
    }
  }
}
