package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "probe",
        "requests",
        "train",
        "export",
        "control-vector",
        "evaluate",
        "analyse",
        "report",
        "generate",
        "inspect",
        "search"
      })
  void everyCommandHasHelp(String command) {
    Ran ran = Ran.lens(command, "--help");

    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .startsWith("Usage: lens " + command)
        .contains("--help", "--verbose", "Exit codes:")
        .doesNotContain("null");
    assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(100));
  }

  @Test
  void withoutACommandTheCommandsAreShown() {
    Ran ran = Ran.lens();

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("quickstart", "probe", "train");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tune | Unmatched argument at index 0: 'tune'",
        "probe --model m --languages en,zh --out o | Missing required option: '--texts=DIR'",
        "probe --model m --texts t --out o | Missing required option: '--languages=CODE[,CODE...]'",
        "train --epochs few | Invalid value for option '--epochs': 'few' is not an int",
        "probe --model m --texts t --languages en,en --out o | languages",
        "probe --model m --texts t --languages en,zh --rank 5 --out o | rank",
        "probe --model m --texts t --languages en,zh --compat x --out o | lens-2ffa3f0",
        "train --model m --texts t --space s --languages en,zh --lr -1 --out o | learningRate",
        "inspect | Missing required parameter: 'PATH'",
      })
  void aWrongCommandLineIsAnsweredInTwoLines(String line, String reason) {
    Ran ran = Ran.lens((Object[]) line.split(" "));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errors()).hasSize(2);
    assertThat(ran.errors().get(0)).startsWith("lens: ").contains(reason);
    assertThat(ran.errors().get(1)).startsWith("Try 'lens").endsWith(" --help'.");
  }
}
