package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.states.Boundary;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.nd4j.linalg.api.ndarray.INDArray;

class InstructionTuningTest {
  private static final InstructionCorpus DATA =
      InstructionCorpus.of(
          List.of(
              new Instruction("a", "What is the capital of France?", "Paris."),
              new Instruction("b", "And of Kenya?", "It is Nairobi, a city of millions."),
              new Instruction("c", "How many days has a week?", "Seven."),
              new Instruction("d", "Is ice warm?", "No, ice is cold."),
              new Instruction("e", "Water is?", "Wet.")));

  @TempDir Path folder;

  private StateCache cache;

  @BeforeEach
  void makeCache() {
    cache = new StateCache(folder.resolve("states"), 1 << 30);
  }

  @Test
  void learnsItsAnswersWithLayersAndWithAdapters() {
    try (TransformerModel model = open()) {
      for (Lora lora : new Lora[] {null, Lora.rank(4).targets("*_proj")}) {
        List<Double> heard = new ArrayList<>();
        TuningResult result =
            tuning(model)
                .lora(lora)
                .learningRate(lora == null ? 3e-3 : 3e-2)
                .epochs(12)
                .setListeners(s -> heard.add(s.loss()))
                .fit(folder.resolve("run-" + (lora == null)));
        ResponseScore before = ResponseScore.of(model, null, DATA, result.config(), cache);
        assertThat(heard)
            .hasSize(36)
            .isEqualTo(result.steps().stream().map(TuningStep::loss).toList());
        assertThat(before.loss()).isGreaterThan(4);
        try (TrainedWeights weights = result.weights()) {
          ResponseScore after = ResponseScore.of(model, weights, DATA, result.config(), cache);
          assertThat(after.loss()).isLessThan(0.8 * before.loss());
          assertThat(after.bitsPerByte() / before.bitsPerByte())
              .isCloseTo(after.loss() / before.loss(), within(1e-9));
          assertThat(weights.arrays().keySet()).allMatch(n -> n.matches("model.layers.[23].*"));
        }
        result.export(folder.resolve("model-" + (lora == null)));
        assertThat(result.stats()).startsWith("36 steps, cross-entropy ");
        assertThat(result).hasToString("instruction tuning in " + result.run());
      }
    }
  }

  /** The adapters of a run, merged, are its weights. */
  @Test
  void adaptersOfARunAreItsWeights() {
    try (TransformerModel model = open()) {
      TuningResult result =
          tuning(model).lora(Lora.rank(2)).learningRate(0.01).fit(folder.resolve("run"));
      try (LoraAdapters adapters = result.adapters();
          TrainedWeights weights = result.weights()) {
        Map<String, INDArray> merged = adapters.merge(model.weights());
        assertThat(merged).isEqualTo(weights.arrays());
        merged.values().forEach(INDArray::close);
      }
    }
  }

  /** A mean over the step's tokens, however they are shared out over graph runs. */
  @Test
  void microBatchesAddUp() {
    try (TransformerModel model = open()) {
      Map<String, INDArray> whole = gradients(model, 5, 1);
      Map<String, INDArray> parts = gradients(model, 2, 3);
      assertThat(parts.keySet()).isEqualTo(whole.keySet()).hasSize(18);
      whole.forEach(
          (name, g) ->
              assertThat(g.sub(parts.get(name)).norm2Number().doubleValue())
                  .as(name)
                  .isLessThan(1e-5 * g.norm2Number().doubleValue()));
    }
  }

  /** One token alone: rows of one are where SameDiff's reductions go wrong. */
  @Test
  void aSingleTokenIsLearned() {
    try (TransformerModel model = open()) {
      TuningConfig config = TuningConfig.builder().maxResponseTokens(1).build();
      InstructionCorpus one = DATA.range(0, 1);
      TuningResult result =
          tuning(model)
              .config(config)
              .data(one)
              .learningRate(1e-3)
              .epochs(3)
              .fit(folder.resolve("r"));
      ResponseScore before = ResponseScore.of(model, null, one, config, cache);
      assertThat(before.tokens()).isEqualTo(1);
      assertThat(result.steps().get(0).loss()).isCloseTo(before.loss(), within(1e-5));
      assertThat(result.steps().get(2).loss()).isLessThan(before.loss());
    }
  }

  private Map<String, INDArray> gradients(TransformerModel model, int batch, int accumulation) {
    TuningConfig config =
        TuningConfig.builder().batchSize(batch).accumulation(accumulation).build();
    List<EncodedInstruction> items = new InstructionEncoder(model, config).encode(DATA);
    try (Boundary states = EncodedInstruction.boundary(model, items, 2, cache, Progress.NONE);
        Trainer<ResponseObjective.Micro, TuningStep> trainer =
            new ResponseObjective(model.config(), model.weights(), config, items, states)
                .trainer()) {
      trainer.accumulate(0);
      Map<String, INDArray> out = new LinkedHashMap<>();
      trainer.gradients().forEach((n, g) -> out.put(n, g.dup()));
      return out;
    }
  }

  /** Same seed, same bits; and a run that is there is not done again. */
  @Test
  void runsRepeat() {
    try (TransformerModel model = open()) {
      TuningResult one = tuning(model).learningRate(0.001).epochs(2).fit(folder.resolve("one"));
      TuningResult two = tuning(model).learningRate(0.001).epochs(2).fit(folder.resolve("two"));
      TuningResult again = tuning(model).learningRate(0.001).epochs(2).fit(folder.resolve("one"));
      assertThat(two.steps()).isEqualTo(one.steps());
      assertThat(again.steps()).isEqualTo(one.steps());
      try (TrainedWeights a = one.weights();
          TrainedWeights b = two.weights()) {
        assertThat(a.arrays()).isEqualTo(b.arrays());
      }
      assertThatThrownBy(() -> tuning(model).learningRate(0.002).fit(folder.resolve("one")))
          .isInstanceOf(LensException.class)
          .hasMessageContaining("learningRate 0.001, now 0.002");
    }
  }

  /** An interruption after a step loses nothing: the rest gives the bits of a whole run. */
  @Test
  void interruptedRunsGoOn() {
    try (TransformerModel model = open()) {
      TuningResult whole = tuning(model).learningRate(0.001).epochs(3).fit(folder.resolve("whole"));
      Path cut = folder.resolve("cut");
      assertThatThrownBy(
              () ->
                  tuning(model)
                      .learningRate(0.001)
                      .epochs(3)
                      .setListeners(
                          s -> {
                            if (s.step() == 5) {
                              Thread.currentThread().interrupt();
                            }
                          })
                      .fit(cut))
          .hasMessageContaining("interrupted after step 5");
      assertThat(Thread.interrupted()).isTrue();
      TuningResult rest = tuning(model).learningRate(0.001).epochs(3).fit(cut);
      assertThat(rest.steps()).isEqualTo(whole.steps());
    }
  }

  @Test
  void saysWhatIsWrong() {
    try (TransformerModel model = open()) {
      assertThatThrownBy(() -> InstructionTuning.of(model).fit(folder.resolve("x")))
          .hasMessage("there is nothing to learn: call data before fit");
      assertThatThrownBy(() -> tuning(model).topLayers(9).fit(folder.resolve("x")))
          .hasMessage("option topLayers: found 9, expected 1 to 4, the model's layers");
      assertThatThrownBy(() -> tuning(model).topLayers(0).fit(folder.resolve("x")))
          .hasMessage("option topLayers: found 0, expected a whole number of at least 1");
    }
  }

  private InstructionTuning tuning(TransformerModel model) {
    return InstructionTuning.of(model).data(DATA).topLayers(2).batchSize(2).seed(3).cache(cache);
  }

  private TransformerModel open() {
    return TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
  }
}
