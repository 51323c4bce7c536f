package org.lensdl4j.tests.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Probe, train, evaluate, export and generate on the tiny model of every family under
 * reference/families.
 */
class FamilyJobsTest {
  @TempDir Path folder;

  static Stream<String> variants() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("src/test/resources/reference/families"))) {
      return folders.map(f -> f.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void probeTrainEvaluateExportGenerate(String variant) throws IOException {
    Path model = model(variant);
    Jobs jobs = new Jobs(folder);
    Path out = jobs.probeTrainExport(model);
    assertThat(jobs.evaluate(model)).contains("next_sentence, acc", "run against before");
    assertThat(Jobs.lens("inspect", out)).contains("Hugging Face directory");
    Jobs.lens("generate", "--model", out, "--raw", "--max-new-tokens", 3, "--prompt", "abc");
    jobs.changedInTheTopLayerOnly(model, out);
  }

  /** Fused matrices are read twice where only some rows are computed; GPT-2's are transposed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "gpt2 c_attn,c_proj,c_fc",
        "phi3 *_proj",
        "pythia query_key_value,dense,dense_h_to_4h,dense_4h_to_h"
      })
  void adaptersAreTrainedAndMerged(String variant, String targets) throws IOException {
    Path model = model(variant);
    Jobs jobs = new Jobs(folder);
    jobs.probe(model);
    Path out =
        jobs.trainExport(
            model, "-lora", "--lora", 2, "--lora-alpha", 64, "--lora-targets", targets);
    jobs.changedInTheTopLayerOnly(model, out);
  }

  private Path model(String variant) throws IOException {
    Path from = Path.of("src/test/resources/reference/families", variant);
    Path to = Files.createDirectories(folder.resolve("model"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
    SixtyFourTokens.write(to);
    return to;
  }
}
