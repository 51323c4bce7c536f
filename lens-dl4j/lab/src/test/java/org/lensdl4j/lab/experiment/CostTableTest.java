package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.baselines.Baselines;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.Instruction;
import org.lensdl4j.lens.train.InstructionCorpus;
import org.lensdl4j.lens.train.InstructionTuning;
import org.lensdl4j.lens.train.RunCost;
import org.lensdl4j.lens.train.RunFolder;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.weights.TensorInfo;
import org.nd4j.linalg.api.ndarray.INDArray;

class CostTableTest {
  @TempDir Path folder;

  @Test
  void runsOfLensAndOfItsBaselinesSayWhatTheyCost() {
    try (TinyJob tiny = new TinyJob(folder, 4)) {
      LensConfig config = TinyJob.config().build();
      Path lens = folder.resolve("lens");
      new TrainingJob(tiny.model, tiny.space, config, tiny.corpus, tiny.cache()).run(lens);
      Path lora = folder.resolve("lora");
      LensConfig adapters = config.toBuilder().loraRank(1).build();
      new TrainingJob(tiny.model, tiny.space, adapters, tiny.corpus, tiny.cache()).run(lora);
      Path tuned = folder.resolve("xsft");
      InstructionTuning.of(tiny.model)
          .data(InstructionCorpus.of(List.of(new Instruction("1", "abc", "defg"))))
          .topLayers(1)
          .epochs(3)
          .cache(tiny.cache())
          .fit(tuned);
      InstructionCorpus english = InstructionCorpus.of(List.of(new Instruction("1", "ab", "cd")));
      InstructionCorpus other = InstructionCorpus.of(List.of(new Instruction("1", "fg", "hi")));
      Path qAlign = folder.resolve("qalign");
      Path xSft = folder.resolve("adapters");
      fit(tiny, Baselines.qAlign(Map.of("xx", other), english), null, qAlign);
      Lora lora1 = Lora.rank(1).targets("q_proj").seed(1);
      fit(tiny, Baselines.xSft(Map.of("xx", other)), lora1, xSft);

      CostTable table = CostTable.of(List.of(lens, lora, tuned, qAlign, xSft));

      assertThat(table.rows())
          .extracting(CostTable.Row::method)
          .containsExactly("Lens", "Lens with LoRA", "instruction tuning", "QAlign", "xSFT-LoRA");
      RunCost cost = table.rows().get(0).cost();
      long tokens =
          TrainingJob.prompts(tiny.model, tiny.corpus, config).stream()
              .flatMap(List::stream)
              .mapToLong(s -> s.length())
              .sum();
      assertThat(cost.tokens()).isEqualTo(2 * tokens);
      try (TrainedWeights weights = TrainedWeights.load(lens, tiny.model)) {
        assertThat(cost.trainedWeights())
            .isEqualTo(weights.arrays().values().stream().mapToLong(INDArray::length).sum());
      }
      assertThat(cost.weights())
          .isEqualTo(
              tiny.model.weights().tensors().values().stream()
                  .mapToLong(TensorInfo::elements)
                  .sum());
      assertThat(cost.seconds()).isPositive();
      assertThat(table.rows().get(1).cost().trainedWeights()).isLessThan(cost.trainedWeights());
      assertThat(table.rows().get(2).cost().tokens() % 3).isZero();
      Analysis analysis = table.analysis();
      assertThat(analysis.csv().lines()).hasSize(6);
      assertThat(analysis.svg()).contains("peak resident memory").doesNotContain("NaN");
      assertThat(analysis.finding()).contains("xsft (instruction tuning)").endsWith(".");
    }
  }

  private static void fit(TinyJob tiny, InstructionCorpus data, Lora lora, Path run) {
    InstructionTuning job = InstructionTuning.of(tiny.model).data(data).topLayers(1);
    (lora == null ? job : job.lora(lora)).cache(tiny.cache()).fit(run);
  }

  private Path outside(String json) throws IOException {
    return Files.writeString(folder.resolve("theirs.json"), json);
  }

  @Test
  void figuresOfOutsideRunsAreToldAndWhatTheyLeaveOutStaysEmpty() throws Exception {
    Path run = folder.resolve("run");
    try (RunFolder taken = RunFolder.take(run, Map.of("model", "m"), "{}")) {
      taken.add(new RunCost(1.5, 2, 0.5, 10, 2, 8, 100));
    }
    Path theirs =
        outside(
            "{\"method\":\"SDRRL\",\"machine\":\"8, big\",\"seconds\":90,\"trainedWeights\":7}");
    CostTable table = CostTable.of(List.of(run, theirs));
    CostTable.Row row = table.rows().get(1);
    assertThat(row.name()).isEqualTo("theirs");
    assertThat(row.outside()).isTrue();
    Analysis analysis = table.analysis();
    assertThat(analysis.csv().lines().toList())
        .element(2)
        .isEqualTo("theirs,SDRRL,\"8, big\",90.0,,,,,7,,,");
    assertThat(analysis.finding())
        .contains("theirs (SDRRL, on 8, big) 90.0 s", "run (Lens) 1.50 s (CPU 2.00 s)")
        .contains("Figures of theirs were made elsewhere and are only reported")
        .doesNotContain("NaN", "took least");
    assertThat(analysis.svg()).doesNotContain("NaN");
    assertThat(CostTable.of(List.of(theirs)).analysis().finding()).doesNotContain("cache");
  }

  @Test
  void wrongFieldsOfOutsideRunsAreNamed() {
    Map.of(
            "{\"seconds\":1}", "found no method",
            "{\"method\":\"SDRRL\"}", "found no figure",
            "{\"method\":\"SDRRL\",\"tokens\":0}", "found no figure",
            "{\"method\":\"SDRRL\",\"hours\":1}", "found field hours",
            "{\"method\":7,\"seconds\":1}", "field method is 7, expected a text",
            "{\"method\":\"SDRRL\",\"tokens\":1.5}", "field tokens is 1.5, expected a whole",
            "{\"method\":\"SDRRL\",\"seconds\":-1}", "field seconds is -1",
            "{\"method\":\"SDRRL\",\"seconds\":NaN}", "field seconds is",
            "{\"method\":\"SDRRL\",\"trainedWeights\":2,\"weights\":1}", "at most weights, 1",
            "[]", "does not hold a JSON object")
        .forEach(
            (json, message) ->
                assertThatThrownBy(() -> CostTable.of(List.of(outside(json))))
                    .hasMessageContaining("theirs.json")
                    .hasMessageContaining(message));
  }

  @Test
  void sessionsOfAnInterruptedRunAddUp() {
    Path run = folder.resolve("run");
    for (int session = 0; session < 2; session++) {
      try (RunFolder taken = RunFolder.take(run, Map.of("model", "m"), "{}")) {
        Thread.currentThread().interrupt();
        taken.add(new RunCost(1.5, 2, 0.5, 10, 2, 8, 100 - session));
        assertThat(Thread.interrupted()).isTrue();
      }
    }
    assertThat(RunCost.read(run)).contains(new RunCost(3, 4, 1, 10, 2, 8, 100));
  }

  @Test
  void aRunThatDoesNotSayIsRefused() throws Exception {
    Files.writeString(folder.resolve("run.json"), "{\"config\":{}}");

    assertThatThrownBy(() -> CostTable.of(List.of(folder)))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("earlier version");
    assertThatThrownBy(() -> CostTable.of(List.of())).hasMessageContaining("no run");
  }
}
