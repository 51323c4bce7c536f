package org.lensdl4j.lens.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.lensdl4j.model.base.LensException;

/** A folder that holds {@code <language>.jsonl}. */
final class CorpusFiles {
  private static final int LOOKED_AT = 10_000;
  private static final String SUFFIX = ".jsonl";

  private CorpusFiles() {}

  static Path of(Path folder, String language) {
    if (!Files.isDirectory(folder)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "texts: %s is not a folder, expected one with <language>.jsonl files",
              folder));
    }
    Path file = folder.resolve(language + SUFFIX);
    if (!Files.isRegularFile(file)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "language %s has no file %s; the folder has texts in %s",
              language,
              file,
              there(folder)));
    }
    return file;
  }

  /** Which splits a file has, for messages about one that it does not have. */
  static String splits(Path file) {
    Set<String> found = new TreeSet<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines
          .filter(l -> !l.isBlank())
          .limit(LOOKED_AT)
          .map(l -> JsonObjectLine.parse(file.toString(), l).node().path("split").asText())
          .filter(s -> !s.isEmpty())
          .forEach(found::add);
    } catch (IOException | UncheckedIOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be read: %s", file, e.getMessage()), e);
    }
    return found.isEmpty() ? "no split" : String.join(", ", found);
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
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be listed: %s", folder, e.getMessage()), e);
    }
  }
}
