package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.fixtures.TinyModels;

/** {@code lens export} of a run of a 16-bit model that changed little. */
class ExportCommandTest {
  @TempDir Path folder;

  private TinyWork work;
  private Path halves;
  private Path run;

  @BeforeEach
  void train() throws IOException {
    work = new TinyWork(folder);
    halves = work.model(TinyModels.MISTRAL);
    run = folder.resolve("run");
    assertThat(work.trainOf(halves, work.space(halves), run, "--lr", "1e-7").code()).isZero();
  }

  private Ran export(String out, Object... more) {
    return work.exportOf(halves, run, folder.resolve(out), more);
  }

  @Test
  void whatLosesTheTrainingIsRefusedUnlessAccepted() {
    Ran ran = export("out");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors())
        .singleElement()
        .asString()
        .contains("survives", "at least 50 %", "--dtype F32", "--choices", "--accept-loss");
    assertThat(folder.resolve("out")).doesNotExist();
    Ran accepted = export("out", "--accept-loss", "-v");
    assertThat(accepted.code()).isZero();
    assertThat(accepted.out()).contains("survives", "cosine", "  model.");
  }

  @Test
  void waysOut() {
    assertThat(export("f32", "--dtype", "F32").out()).contains("written", "100 %");
    assertThat(export("chance", "--rounding", "stochastic:3").out()).contains("on average");
    Ran adapter = export("adapter", "--adapter", 32);
    assertThat(adapter.err()).isEmpty();
    assertThat(adapter.out()).contains("written", "survives");
    assertThat(folder.resolve("adapter/adapter_config.json")).isNotEmptyFile();
  }

  @Test
  void choicesAreToldAndNothingIsWritten() throws IOException {
    var before = work.everything();
    Ran ran =
        Ran.lens(
            "export", "--model", halves, "--run", run, "--choices", "--cache", folder.resolve("c"));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .contains("--dtype F32", "--adapter 16", "--gguf F16")
        .contains(
            "computes in 32 bits: --dtype F32", "computes in 16 bits: --dtype BF16 --rounding");
    assertThat(work.everything()).containsAll(before);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--rounding, down, expected nearest",
    "--dtype, Q8_0, --gguf",
    "--adapter, 0, 1 to 1024",
    "--adapter, 5000, 1 to 1024"
  })
  void wrongOptions(String option, String value, String said) {
    Ran ran = export("out", option, value);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.errors().get(0)).contains(option, said);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void waysThatExcludeEachOther() {
    for (Object[] two :
        new Object[][] {
          {"--adapter", 4, "--only-changed"},
          {"--gguf", "F16", "--only-changed"},
          {"--gguf", "F16", "--onnx", "encoder.onnx"},
          {"--onnx", "encoder.onnx", "--dtype", "F16"},
          {"--adapter", 4, "--dtype", "F32"},
          {"--choices"}
        }) {
      Ran ran = export("out", two);
      assertThat(ran.code()).isEqualTo(2);
    }
    Ran none = Ran.lens("export", "--model", halves, "--run", run);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.errors().get(0)).contains("--out");
  }
}
