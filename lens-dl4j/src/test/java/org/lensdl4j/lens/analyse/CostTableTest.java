package org.lensdl4j.lens.analyse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.RunCost;
import org.lensdl4j.lens.train.RunFolder;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.lens.tune.Instruction;
import org.lensdl4j.lens.tune.InstructionCorpus;
import org.lensdl4j.lens.tune.InstructionTuning;
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

      CostTable table = CostTable.of(List.of(lens, lora, tuned));

      assertThat(table.rows())
          .extracting(CostTable.Row::method)
          .containsExactly("Lens", "Lens with LoRA", "instruction tuning");
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
      assertThat(analysis.csv().lines()).hasSize(4);
      assertThat(analysis.svg()).contains("peak resident memory").doesNotContain("NaN");
      assertThat(analysis.finding()).contains("xsft (instruction tuning)").endsWith(".");
    }
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
