package org.lensdl4j.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The project's pages, and what can be linked to in them. */
final class MarkdownFiles {
  /** The project's root: tests run in {@code lens-tests}. */
  static final Path ROOT = Path.of("..");

  private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*)$", Pattern.MULTILINE);
  private static final Pattern FENCED =
      Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);

  private MarkdownFiles() {}

  /** All of them but what is built or fetched, in order. */
  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(f -> f.toString().endsWith(".md"))
          .filter(f -> Stream.of("target", "runs", ".git").noneMatch(d -> under(f, d)))
          .sorted()
          .toList();
    }
  }

  private static boolean under(Path file, String folder) {
    for (Path part : file) {
      if (part.toString().equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /** A page without its blocks of code. */
  static String prose(Path page) throws IOException {
    return FENCED.matcher(Files.readString(page)).replaceAll("");
  }

  /** The anchors that GitHub makes of a page's headings; equal headings are not told apart. */
  static Set<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(prose(page))
        .results()
        .map(h -> h.group(1).toLowerCase(java.util.Locale.ROOT))
        .map(h -> h.replaceAll("[^\\p{L}\\p{N}\\- _]", "").strip().replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
