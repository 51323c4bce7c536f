package org.lensdl4j.examples.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.examples.cli.LensCommand;
import org.lensdl4j.model.fixtures.TinyModels;

/** What README and guides say is so. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Path PROGRAM =
      Path.of("src/main/java/org/lensdl4j/examples/library/TenLines.java");

  /**
   * The block without a comment that names a snippet; SnippetsTest compares those that have one.
   */
  @Test
  void itsProgramIsTheOneThatIsCompiledHere() throws IOException {
    Matcher block =
        Pattern.compile("(?<!-->\\n)```java\\R(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(README));
    assertThat(block.find()).isTrue();
    String source = Files.readString(PROGRAM);
    int from = source.indexOf('\n', source.indexOf("README begin"));
    String program = source.substring(from, source.indexOf("// README end"));

    assertThat(words(block.group(1))).isEqualTo(words(program));
    assertThat(block.find()).as("one such block").isFalse();
  }

  private static String words(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void itsProgramRuns(@TempDir Path folder) throws IOException {
    Path texts = Files.createDirectories(folder.resolve("texts"));
    for (String language : List.of("en", "zh", "sw")) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 10; i++) {
        lines.append("{\"id\": %d, \"text\": \"%s %d\"}\n".formatted(i, language, i));
      }
      Files.writeString(texts.resolve(language + ".jsonl"), lines);
    }
    Path model = TinyModels.write(TinyModels.GROUPED, folder);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    TenLines.run(
        model, texts, folder.resolve("out"), new PrintStream(out, true, StandardCharsets.UTF_8));

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("separate zh", "align sw");
    assertThat(folder.resolve("out/model/config.json")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docs/command-line.md",
        "docs/analysis.md",
        "docs/search.md",
        "docs/space-health.md"
      })
  void theOptionsThatItNamesAreThere(String document) throws IOException {
    Pattern line =
        Pattern.compile(
            "^ {4}(?:lens-examples/bin/)?lens ([\\w-]+)(?: ([a-z]+))?(.*)$", Pattern.MULTILINE);
    Matcher commands = line.matcher(Files.readString(Path.of("..").resolve(document)));
    int seen = 0;
    while (commands.find()) {
      if (commands.group(1).matches("spark-.*|.*-ui")) {
        continue; // of modules that are not on this class path
      }
      String help = help(commands.group(1), commands.group(2));
      Matcher options = Pattern.compile("--[a-z-]+").matcher(commands.group(3));
      while (options.find()) {
        assertThat(help).contains(options.group());
        seen++;
      }
    }
    assertThat(seen).isPositive();
  }

  private static String help(String command, String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    String[] args =
        name == null ? new String[] {command, "--help"} : new String[] {command, name, "--help"};
    assertThat(LensCommand.run(stream, stream, args)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
