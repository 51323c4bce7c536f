package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sources say "method.md section 3" or "method, sections 5 and 6": docs/method.md has these. */
class MethodTest {
  private static final Path METHOD = MarkdownFiles.ROOT.resolve("docs/method.md");
  private static final Pattern POINTER =
      Pattern.compile("[Mm]ethod(?:\\.md)?,? sections? ((?:\\d+(?:, | and )?)+)");

  @Test
  void sectionsThatSourcesPointToAreThere() throws IOException {
    Set<String> sections =
        Pattern.compile("^## (\\d+)\\. ", Pattern.MULTILINE)
            .matcher(Files.readString(METHOD))
            .results()
            .map(r -> r.group(1))
            .collect(Collectors.toSet());
    List<String> lost = new ArrayList<>();
    int seen = 0;
    for (Path source : sources()) {
      Matcher pointers = POINTER.matcher(text(source));
      while (pointers.find()) {
        for (String number : pointers.group(1).split(", | and ")) {
          seen++;
          if (!sections.contains(number)) {
            lost.add(source + ": " + pointers.group());
          }
        }
      }
    }
    assertThat(lost).isEmpty();
    assertThat(seen).isGreaterThan(25);
  }

  /** Lines of a comment joined. */
  private static String text(Path source) throws IOException {
    return Files.readString(source).replaceAll("\\s*\\n\\s*[*#]?\\s*", " ");
  }

  private static List<Path> sources() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String module : List.of("model-import", "lens-dl4j", "lens-examples", "lens-tests")) {
      try (Stream<Path> files = Files.walk(MarkdownFiles.ROOT.resolve(module))) {
        files
            .filter(f -> f.toString().matches(".*[/\\\\]src[/\\\\].*\\.(java|py|md)"))
            .forEach(found::add);
      }
    }
    return found;
  }
}
