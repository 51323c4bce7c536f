package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir Path folder;

  @Test
  void writesOnePageAndNamesIt() throws Exception {
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(run.resolve("run.json"), "{\"model\":\"m\",\"config\":{\"align\":1.0}}");
    Files.writeString(run.resolve("log.jsonl"), "{\"step\":1,\"loss\":2.5}\n");
    Path out = folder.resolve("report.html");

    Ran ran = Ran.lens("report", run.toString(), "--out", out.toString());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualTo(out + System.lineSeparator());
    assertThat(Files.readString(out))
        .startsWith("<!DOCTYPE html>")
        .contains("Report on run " + folder.getFileName(), "No evaluation was given");
  }

  @Test
  void saysInOneLineWhatCannotBeUsed() {
    Ran ran =
        Ran.lens("report", folder.toString(), "--out", folder.resolve("report.html").toString());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).contains("it holds no run.json");
    assertThat(folder.resolve("report.html")).doesNotExist();
  }
}
