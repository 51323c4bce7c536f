package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.experiment.RetentionBudget.Lever;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainingException;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Seeds;

/** When retain is exhausted the levers are lowered, as little as the budget allows. */
class RetentionPathTest {
  @TempDir Path folder;

  private static LensConfig config() {
    return LensConfig.builder()
        .languages("en", "sw", "zh")
        .align(0.5)
        .lambda("sw", 2)
        .learningRate(1e-4)
        .build();
  }

  /** Drift as a function of the configuration; languages move by their lambda. */
  private static TrialResult result(LensConfig config, ToDoubleFunction<LensConfig> drift) {
    List<ItemValues> values = new ArrayList<>();
    double[] ones = {1, 1};
    for (String l : config.targets()) {
      double moved = config.lambda(l) / 2;
      values.add(
          new ItemValues(
              Measure.DISPLACEMENT, l, new double[2], new double[] {moved, moved}, ones));
    }
    double d = drift.applyAsDouble(config);
    values.add(new ItemValues(Measure.DRIFT, "en", new double[2], new double[] {d, d}, ones));
    return new TrialResult(config, TrialResult.DEVELOPMENT, values, List.of(), 0, 0);
  }

  private static RetentionResult search(
      RetentionBudget budget, ToDoubleFunction<LensConfig> drift) {
    return budget.search(config(), c -> result(c, drift));
  }

  @Test
  void lambdaIsLoweredNoFurtherThanTheBudgetAsks() {
    Seeds.forAll(
        5,
        random -> {
          double power = 0.5 + random.nextDouble();
          double meets = Math.pow(64, -random.nextDouble());
          ToDoubleFunction<LensConfig> drift = c -> 0.01 * Math.pow(c.lambda("zh") / meets, power);
          RetentionResult found =
              search(RetentionBudget.of(0.01).most(1).then(Lever.LAMBDA).bisect(8), drift);
          assertThat(found.met()).isTrue();
          double scale = found.chosen().scale();
          assertThat(scale).isLessThanOrEqualTo(meets * (1 + 1e-9));
          // Eight halvings of a factor of 64.
          assertThat(meets / scale).isLessThan(Math.pow(64, 1.0 / 256) * (1 + 1e-9));
          assertThat(found.tries()).hasSize(10);
          LensConfig chosen = found.chosen().config();
          assertThat(chosen.lambda("sw")).isCloseTo(2 * scale, within(1e-12));
          assertThat(chosen.lambda("zh")).isCloseTo(scale, within(1e-12));
          assertThat(chosen.toBuilder().lambda("sw", 2).lambda("zh", 1).build())
              .isEqualTo(config().toBuilder().lambda("zh", 1).build());
        });
  }

  @Test
  void allLeversAreScaledTogetherFromTheWeightThatDriftedLeast() {
    RetentionResult found =
        search(
            RetentionBudget.of(0.01)
                .most(3)
                .then(Lever.TERMS, Lever.LEARNING_RATE)
                .least(0.25)
                .bisect(1),
            c -> (c.retain() == 4 ? 0.019 : 0.03) * c.learningRate() / 1e-4);
    assertThat(found.tries())
        .extracting(t -> t.config().retain())
        .containsExactly(1., 4., 16., 4., 4.);
    assertThat(found.tries()).extracting(RetentionTry::scale).containsExactly(1., 1., 1., .25, .5);
    LensConfig chosen = found.chosen().config();
    assertThat(chosen.align()).isEqualTo(0.25);
    assertThat(chosen.separate()).isEqualTo(0.5);
    assertThat(chosen.retain()).isEqualTo(4);
    assertThat(chosen.learningRate()).isCloseTo(5e-5, within(1e-18));
    assertThat(chosen.lambda("sw")).isEqualTo(2);
    assertThat(found.verdict())
        .contains("retain 4 with align, separate and contrast and the learning rate times 0.5");
  }

  @Test
  void whatIsKeptIsSaid() throws Exception {
    RetentionResult found =
        search(
            RetentionBudget.of(0.01).most(1).then(Lever.LAMBDA).least(0.25).bisect(0),
            c -> 0.02 * c.lambda("zh"));
    assertThat(found.kept().get(Measure.DISPLACEMENT).asked()).isCloseTo(0.75, within(1e-12));
    assertThat(found.kept().get(Measure.DISPLACEMENT).kept()).isCloseTo(0.1875, within(1e-12));
    assertThat(found.verdict()).contains("it keeps: moved +0.1875 of +0.7500.");
    assertThat(found.stats()).contains("scale: what lambda is multiplied by");
    JsonNode json = new ObjectMapper().readTree(found.toJson());
    assertThat(json.get("scaled").get(0).asText()).isEqualTo("lambda");
    assertThat(json.get("kept").get("displacement").get("kept").asDouble())
        .isCloseTo(0.1875, within(1e-12));
    JsonNode last = json.get("tries").get(1);
    assertThat(last.get("chosen").asBoolean()).isTrue();
    assertThat(last.get("weights").get("lambdas").get("sw").asDouble()).isEqualTo(0.5);
    assertThat(json.get("tries").get(0).has("chosen")).isFalse();
  }

  @Test
  void leversStayWhereRetainSuffices() {
    RetentionResult found =
        search(RetentionBudget.of(0.01).then(Lever.LAMBDA), c -> 0.05 / c.retain());
    assertThat(found.tries()).hasSize(3).allMatch(t -> t.scale() == 1);
    assertThat(found.stats()).doesNotContain("scale");
  }

  @Test
  void itIsSaidThatTheEndOfThePathDoesNotMeetItEither() {
    RetentionResult found =
        search(
            RetentionBudget.of(0.01).most(2).then(Lever.LAMBDA), c -> 0.02 + 0.01 * c.lambda("zh"));
    assertThat(found.met()).isFalse();
    assertThat(found.kept()).isEmpty();
    assertThat(found.tries()).hasSize(3);
    assertThatThrownBy(found::chosen)
        .isInstanceOf(LensException.class)
        .hasMessageContaining("No weight of retain from 1 to 4, nor lambda times 0.01563,")
        .hasMessageContaining("the least was 2.02 %; a smaller learning rate");
  }

  @Test
  void trainingsThatFailAreTriesToo() {
    RetentionResult found =
        RetentionBudget.of(0.01)
            .most(2)
            .then(Lever.LEARNING_RATE)
            .bisect(2)
            .search(
                config(),
                c -> {
                  if (c.learningRate() > 1e-5) {
                    throw new TrainingException("the loss is NaN");
                  }
                  return result(c, x -> 0);
                });
    assertThat(found.met()).isTrue();
    assertThat(found.kept()).isEmpty();
    assertThat(found.chosen().config().learningRate()).isLessThanOrEqualTo(1e-5);
    assertThat(found.stats()).contains("failed: the loss is NaN");
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> RetentionBudget.of(0.1).least(1)).hasMessageContaining("found 1.0");
    assertThatThrownBy(() -> RetentionBudget.of(0.1).least(0)).hasMessageContaining("least scale");
    assertThatThrownBy(() -> RetentionBudget.of(0.1).bisect(-1)).hasMessageContaining("bisections");
  }

  @Test
  void aRealModelIsHeldByASmallerRateWhereNoWeightHoldsIt() {
    try (TinyJob tiny = new TinyJob(folder, 9);
        Trials trials =
            TinyTrials.of(tiny, folder.resolve("cache"))
                .space(tiny.space)
                .bitsPerByte(false)
                .build()) {
      LensConfig start = TinyJob.config().build();
      double budget = 0.3 * trials.run(start).drift();
      RetentionBudget search = RetentionBudget.of(budget).most(2);
      RetentionResult alone = search.search(trials, start);
      assertThat(alone.met()).as(alone.stats()).isFalse();
      RetentionResult found = search.then(Lever.LEARNING_RATE).bisect(3).search(trials, start);
      assertThat(found.met()).as(found.stats()).isTrue();
      assertThat(found.chosen().drift().high()).isLessThanOrEqualTo(budget);
      assertThat(found.chosen().scale()).isBetween(1.0 / 64, 0.5);
      // The chosen weights alone end in the same drift.
      assertThat(trials.run(found.chosen().config()).drift())
          .isCloseTo(found.chosen().drift().value(), within(1e-12));
      assertThat(found.kept().get(Measure.DISPLACEMENT).kept())
          .isLessThan(found.kept().get(Measure.DISPLACEMENT).asked());
    }
  }
}
