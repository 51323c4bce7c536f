package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Option;
import org.lensdl4j.lens.config.Range;

class TrainingOptionsTest {
  private static final Set<String> PROBED =
      Set.of("probeTexts", "probeMaxTokens", "minTexts", "rank", "agnosticRank");

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
    refused(
        work.train(space, run, "--coordinates", "POLAR"),
        "Invalid value for option '--coordinates': found 'POLAR', expected one of raw,"
            + " standardised, whitened");
    refused(
        work.train(space, run, "--contrast", 1),
        "option batchSize: found 1, expected at least 2 with contrast: its negatives are other"
            + " prompts");
    refused(
        work.train(space, run, "--loss-layers", 9),
        "option lossLayers: found 9, expected 1 to 2, the layers trained");
    assertThat(run).doesNotExist();
  }

  private static void refused(Ran ran, String reason) {
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errors()).containsExactly("lens: " + reason, "Try 'lens train --help'.");
  }

  /** Both ends of every range, in the words in which JSON, builder and search refuse them. */
  @Test
  void whatIsOutOfRangeIsRefusedAsEverywhere() {
    int seen = 0;
    for (Option option : LensConfig.options().all()) {
      if (option.range() == null) {
        continue;
      }
      Range range = option.range();
      boolean map = option.type() == Map.class;
      List<Object> outside = new ArrayList<>();
      if (option.type() == Integer.class) {
        outside.add((int) range.least() - 1);
      } else {
        outside.add(range.open() ? range.least() : Math.nextDown(range.least()));
        outside.add(range.below());
      }
      for (Object value : outside) {
        String flag = ConfigFlags.names(option.name()).get(0) + "=" + (map ? "zh=" : "") + value;
        String command = PROBED.contains(option.name()) ? "probe" : "train --space s";
        Ran ran =
            Ran.lens(
                (Object[])
                    (command + " --model m --texts t --languages en,zh --out o " + flag)
                        .split(" "));
        assertThat(ran.code()).as(flag).isEqualTo(2);
        assertThat(ran.errors().get(0))
            .isEqualTo(
                "lens: option %s: found %s, expected %s"
                    .formatted(option.name() + (map ? ".zh" : ""), value, range.words()));
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(40);
  }
}
