package org.lensdl4j.spark.cli;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.examples.cli.LensCommand;
import org.lensdl4j.model.fixtures.TinyModels;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The options of the commands, and how they answer when something is wrong with them. */
class SparkUsageTest {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "scaling.md");
  private static final String PROBE = "spark-probe --model m --languages en,zh --out o --texts ";

  @TempDir Path folder;

  private record Ran(int code, String out, String err) {
    List<String> errors() {
      return err.lines().toList();
    }
  }

  private static Ran lens(String line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setProperty("lens.silent", "true");
    int code =
        LensCommand.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            line.split(" "));
    System.clearProperty("lens.silent");
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark-probe", "spark-evaluate", "spark-search"})
  void everyCommandHasHelpThatFits(String command) {
    Ran ran = lens(command + " --help");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .startsWith("Usage: lens " + command)
        .contains("--master", "--conf", "--model", "--verbose", "Exit codes:")
        .doesNotContain("null", "${");
    assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(100));
  }

  @Test
  void everyOptionSaysWhatItDoes() {
    for (Object command : new SparkCommands().commands()) {
      for (OptionSpec option : new CommandLine(command).getCommandSpec().options()) {
        assertThat(String.join(" ", option.description())).as(option.longestName()).isNotBlank();
        if (option.initialValue() instanceof Number n && n.doubleValue() != 0) {
          assertThat(String.join(" ", option.description()))
              .as(option.longestName())
              .contains("Default: ${DEFAULT-VALUE}");
        }
      }
    }
  }

  @Test
  void theListOfCommandsHasThem() {
    assertThat(lens("--help").out()).contains("spark-probe", "spark-evaluate", "spark-search");
  }

  @Test
  void whatTheDocumentNamesIsThere() throws IOException {
    Matcher commands =
        Pattern.compile("(spark-(?:probe|evaluate|search))([^`\\n]* --[^`\\n]*)")
            .matcher(Files.readString(DOCUMENT));
    int seen = 0;
    while (commands.find()) {
      String help = lens(commands.group(1) + " --help").out();
      Matcher options = Pattern.compile("--[a-z-]+").matcher(commands.group(2));
      while (options.find()) {
        assertThat(help).contains(options.group());
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spark-probe --model m --languages en,zh --out o | Missing required option: '--texts=DIR'",
        PROBE + "t --block 0 | option --block: found 0, expected 1 or more",
        PROBE + "t --tasks -1 | option --tasks: found -1, expected 0 or more",
        PROBE + "t --max-texts -1 | probeTexts: found -1",
        PROBE + "t --conf spark.ui.enabled | --conf",
        PROBE + "t --coordinates odd | found 'odd', expected raw, standard or whitened",
        "spark-evaluate --model m --languages en --out o --items 0 | option --items: found 0",
        "spark-search --model m --texts t --languages en,zh --out o | '--config=FILE'",
      })
  void aWrongCommandLineIsAnsweredInTwoLines(String line, String reason) {
    Ran ran = lens(line);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errors()).hasSize(2);
    assertThat(ran.errors().get(0)).startsWith("lens: ").contains(reason);
    assertThat(ran.errors().get(1)).startsWith("Try 'lens spark-").endsWith(" --help'.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--master nonsense | option --master: found 'nonsense', expected local[*],"
            + " spark://host:port",
        "--conf spark.serializer=org.apache.spark.serializer.KryoSerializer | spark.serializer",
        "--conf spark.executor.memory=much | spark.executor.memory",
        "--compat lens-2ffa3f0 | option compat",
        "--config agnostic.json | option agnosticRank: found 2",
      })
  void whatCannotWorkIsSaidInOneLine(String options, String reason) throws IOException {
    Path model = TinyModels.write(TinyModels.GROUPED, folder);
    Path config = folder.resolve("agnostic.json");
    Files.writeString(config, "{\"agnosticRank\": 2}");
    for (String language : List.of("en", "zh")) {
      Files.writeString(folder.resolve(language + ".txt"), language + "\n");
    }
    Ran ran =
        lens(
            "spark-probe --languages en,zh --model %s --texts %s --out %s --cache %s %s"
                .formatted(
                    model,
                    folder,
                    folder.resolve("out"),
                    folder.resolve("cache"),
                    options.replace("agnostic.json", config.toString())));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errors()).hasSize(1);
    assertThat(ran.errors().get(0)).startsWith("lens: ").contains(reason);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aMissingModelAndMissingTextsAreNamed() {
    Ran ran = lens(PROBE + folder + " --master local[1]");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors()).hasSize(1);
    assertThat(ran.errors().get(0)).isEqualTo("lens: There is no model m");
    Path model = TinyModels.write(TinyModels.GROUPED, folder);
    ran = lens(PROBE.replace("--model m", "--model " + model) + folder + " --master local[1]");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors()).hasSize(1);
    assertThat(ran.errors().get(0)).contains("language en has no file", ".jsonl, .txt, .parquet");
  }
}
