package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What SECURITY.md promises is held by tests that exist. */
class SecurityPageTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");
  private static final Path ROOT = Path.of("..");

  @Test
  void namesTestsThatExist() throws IOException {
    Set<String> there;
    try (Stream<Path> files = Files.walk(ROOT, 14)) {
      there =
          files
              .filter(p -> p.toString().contains("src/test/java"))
              .map(p -> p.getFileName().toString())
              .filter(n -> n.endsWith("Test.java"))
              .map(n -> n.replace(".java", ""))
              .collect(Collectors.toSet());
    }
    String page = Files.readString(ROOT.resolve("SECURITY.md"));
    Set<String> named =
        TEST.matcher(page)
            .results()
            .map((MatchResult m) -> m.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).hasSizeGreaterThan(15);
    assertThat(there).containsAll(named);
    page.lines()
        .filter(l -> l.startsWith("| ") && !l.startsWith("| what"))
        .forEach(l -> assertThat(l).as("a promise without a test").containsPattern(TEST));
  }
}
