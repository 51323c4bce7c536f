package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainingException;
import org.lensdl4j.model.base.LensException;

/** The weight is the smallest tried that meets the budget, and it is said when none does. */
class RetentionBudgetTest {
  @TempDir Path folder;

  private static LensConfig config(double retain) {
    return LensConfig.builder().languages("en", "sw").retain(retain).build();
  }

  /** Two items whose drift is a function of the weight. */
  private static TrialResult drifting(LensConfig config, DoubleUnaryOperator drift) {
    double d = drift.applyAsDouble(config.retain());
    List<ItemValues> values =
        List.of(
            new ItemValues(
                Measure.DRIFT, "en", new double[2], new double[] {d, d}, new double[] {1, 1}),
            new ItemValues(
                Measure.BITS_PER_BYTE,
                "en",
                new double[] {2, 2},
                new double[] {2 + d, 2 + d},
                new double[] {1, 1}));
    return new TrialResult(config, TrialResult.DEVELOPMENT, values, List.of(), 0, 0);
  }

  private static List<Double> weights(RetentionResult result) {
    return result.tries().stream().map(t -> t.config().retain()).toList();
  }

  @Test
  void stopsAtTheFirstWeightThatMeetsTheBudget() {
    RetentionResult found =
        RetentionBudget.of(0.01).search(config(1), c -> drifting(c, w -> 0.05 / w));
    assertThat(weights(found)).containsExactly(1.0, 4.0, 16.0);
    assertThat(found.chosen().config().retain()).isEqualTo(16);
    assertThat(found.stats()).contains("retain 16 keeps the drift within 1.00 %");
    RetentionResult slack =
        RetentionBudget.of(0.1).search(config(1), c -> drifting(c, w -> 0.05 / w));
    assertThat(weights(slack)).containsExactly(1.0);
  }

  @Test
  void refinesTowardsTheSmallestWeight() {
    RetentionResult found =
        RetentionBudget.of(0.01).refine(5).search(config(1), c -> drifting(c, w -> 0.05 / w));
    assertThat(found.tries()).hasSize(8);
    assertThat(found.chosen().config().retain()).isBetween(5.0, 5.5);
  }

  @Test
  void aWeightOfZeroGrowsFromOne() {
    RetentionResult found =
        RetentionBudget.of(0.01)
            .refine(3)
            .search(config(0), c -> drifting(c, w -> w == 0 ? 1 : 0.001));
    assertThat(weights(found)).containsExactly(0.0, 1.0);
  }

  @Test
  void saysWhenNoWeightMeetsIt() {
    RetentionResult found =
        RetentionBudget.of(0.01).most(3).search(config(1), c -> drifting(c, w -> 0.03 + 0.01 / w));
    assertThat(found.met()).isFalse();
    assertThatThrownBy(found::chosen)
        .isInstanceOf(LensException.class)
        .hasMessageContaining("No weight of retain from 1 to 16 keeps the drift within 1.00 %")
        .hasMessageContaining("the least was 3.06 %");
  }

  @Test
  void driftOfBitsIsRelativeAndMayBeNegative() {
    RetentionBudget budget = RetentionBudget.of(0.01).drift(RetentionBudget.Drift.BITS_PER_BYTE);
    RetentionResult found = budget.search(config(1), c -> drifting(c, w -> 0.1 / w));
    assertThat(weights(found)).containsExactly(1.0, 4.0, 16.0);
    assertThat(found.tries().get(0).drift().value()).isCloseTo(0.05, within(1e-9));
    assertThat(budget.search(config(1), c -> drifting(c, w -> -0.5)).met()).isTrue();
  }

  @Test
  void aTrainingThatFailsIsATryThatDidNotMeetIt() throws Exception {
    RetentionResult found =
        RetentionBudget.of(0.01)
            .search(
                config(1),
                c -> {
                  if (c.retain() < 4) {
                    throw new TrainingException("the loss is NaN");
                  }
                  return drifting(c, w -> 0);
                });
    assertThat(weights(found)).containsExactly(1.0, 4.0);
    assertThat(found.stats()).contains("failed: the loss is NaN");
    JsonNode json = new ObjectMapper().readTree(found.toJson());
    assertThat(json.get("tries").get(0).get("failure").asText()).contains("NaN");
    assertThat(json.get("met").asBoolean()).isTrue();
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> RetentionBudget.of(0)).hasMessageContaining("found 0.0");
    assertThatThrownBy(() -> RetentionBudget.of(0.1).factor(1)).hasMessageContaining("factor");
    assertThatThrownBy(() -> RetentionBudget.of(0.1).most(0)).hasMessageContaining("tries");
    assertThatThrownBy(() -> RetentionBudget.of(0.1).refine(-1))
        .hasMessageContaining("refinements");
  }

  @Test
  void aLargerWeightHoldsARealModel() {
    try (TinyJob tiny = new TinyJob(folder, 9);
        Trials trials =
            TinyTrials.of(tiny, folder.resolve("cache"))
                .space(tiny.space)
                .bitsPerByte(false)
                .build()) {
      LensConfig start = TinyJob.config().epochs(6).retain(0.01).build();
      double without = trials.run(start).drift();
      List<RetentionTry> heard = new ArrayList<>();
      RetentionResult found =
          RetentionBudget.of(0.75 * without)
              .factor(30)
              .setListeners(heard::add)
              .search(trials, start);
      assertThat(found.met()).as(found.stats()).isTrue();
      assertThat(found.tries().size()).isGreaterThan(1);
      assertThat(found.tries().get(0).drift().value()).isCloseTo(without, within(1e-12));
      assertThat(found.chosen().drift().high()).isLessThanOrEqualTo(0.75 * without);
      assertThat(heard).isEqualTo(found.tries());
    }
  }
}
