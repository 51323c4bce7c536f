package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingOptionsTest {
  @TempDir Path folder;

  @Test
  void theRunSaysWhatItWasAskedFor() throws IOException {
    TinyWork work = new TinyWork(folder);
    Path run = folder.resolve("run");
    Ran ran =
        work.train(
            work.space(work.model),
            run,
            "--contrast",
            0.5,
            "--contrast-temperature",
            0.1,
            "--batch",
            2,
            "--loss-layers",
            2);
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode written = new ObjectMapper().readTree(run.resolve("run.json").toFile());
    assertThat(written.findValue("contrast").doubleValue()).isEqualTo(0.5);
    assertThat(written.findValue("contrastTemperature").doubleValue()).isEqualTo(0.1);
    assertThat(written.findValue("lossLayers").intValue()).isEqualTo(2);
  }

  @Test
  void aConfigurationNeedNotNameTheLanguagesThatTheCommandLineDoes() throws IOException {
    TinyWork work = new TinyWork(folder);
    Path config = Files.writeString(folder.resolve("config.json"), "{\"align\": 7}");
    Path run = folder.resolve("run");
    Ran ran = work.train(work.space(work.model), run, "--config", config);
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode written = new ObjectMapper().readTree(run.resolve("run.json").toFile());
    assertThat(written.findValue("align").doubleValue()).isEqualTo(7);
    Files.writeString(config, "{\"align\": 7,}");
    Ran broken = work.train(work.space(work.model), folder.resolve("other"), "--config", config);
    assertThat(broken.code()).isEqualTo(2);
    assertThat(broken.err()).contains("config.json", "not JSON");
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws IOException {
    TinyWork work = new TinyWork(folder);
    Path space = work.space(work.model);
    Path run = folder.resolve("run");
    assertThat(work.train(space, run, "--coordinates", "POLAR").err()).contains("--coordinates");
    assertThat(work.train(space, run, "--contrast", 1).err()).contains("contrast");
    assertThat(work.train(space, run, "--loss-layers", 9).err()).contains("lossLayers");
  }
}
