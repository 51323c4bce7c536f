package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every {@code java} block of a guide must stand, to the letter, in a class of this package between
 * {@code // snippet name} and {@code // end name}; that class must have tests, which run it, or be
 * run by a test of its name.
 *
 * <p>The guide names the place in a comment before the block: {@code <!-- snippet: Class#name -->}.
 */
class SnippetsTest {
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:<!-- snippet: (\\w+)#([\\w-]+) -->\\s*\\n)?```java\\n(.*?)```", Pattern.DOTALL);

  private static final Path SOURCES = Path.of("src/test/java/org/lensdl4j/tests/docs");

  @TestFactory
  Stream<DynamicTest> guidesShowWhatTestsRun() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path guide : guides()) {
      Matcher blocks = BLOCK.matcher(Files.readString(guide));
      int number = 0;
      while (blocks.find()) {
        number++;
        String type = blocks.group(1);
        if (type == null && guide.endsWith("README.md")) {
          continue; // the whole job, which ReadmeTest compiles and runs
        }
        String name = blocks.group(2);
        String shown = blocks.group(3);
        tests.add(
            DynamicTest.dynamicTest(
                guide.getFileName() + " block " + number + " " + type + "#" + name,
                () -> check(type, name, shown)));
      }
    }
    return tests.stream();
  }

  private static List<Path> guides() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../docs"))) {
      return Stream.concat(Stream.of(Path.of("../README.md"), Path.of("../CONTRIBUTING.md")), files)
          .filter(f -> f.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  private static void check(String type, String name, String shown) throws IOException {
    assertThat(type).as("the comment <!-- snippet: Class#name --> before the block").isNotNull();
    String source = Files.readString(SOURCES.resolve(type + ".java"));
    Path test = SOURCES.resolve(type + "Test.java");
    assertThat(Files.exists(test) ? Files.readString(test) : source)
        .as("tests of %s", type)
        .contains("@Test");
    Matcher marked =
        Pattern.compile(
                "// snippet "
                    + Pattern.quote(name)
                    + "\\n(.*?)\\n *// end "
                    + Pattern.quote(name)
                    + "\\n",
                Pattern.DOTALL)
            .matcher(source);
    assertThat(marked.find()).as("%s has a part marked %s", type, name).isTrue();
    assertThat(shown.strip()).isEqualTo(marked.group(1).stripIndent().strip());
  }
}
