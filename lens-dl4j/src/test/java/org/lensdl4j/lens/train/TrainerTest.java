package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.AlignPivot;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The graph of the trained layers and the loop over it, on a tiny random model. */
class TrainerTest {
  @TempDir static Path folder;
  private static TinyJob tiny;

  @BeforeAll
  static void open() {
    tiny = new TinyJob(folder, 6);
  }

  @AfterAll
  static void close() {
    tiny.close();
  }

  /** Everything that a run can ask for at once. */
  private static LensConfigBuilder everything() {
    return TinyJob.config()
        .topLayers(2)
        .lossLayers(2)
        .shuffle(false)
        .align(0.7)
        .separate(1.3)
        .retain(2.1)
        .retainTargets(0.5)
        .lambda("xx", 0.4);
  }

  /** The slope along a random direction of all weights is the gradient's product with it. */
  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    for (AlignPivot pivot : AlignPivot.values()) {
      LensConfig config =
          everything().batchSize(3).accumulation(2).contrast(0.3).alignPivot(pivot).build();
      long seed = Seeds.one();
      Random random = new Random(seed);
      try (TopStates states = tiny.states(config);
          LensTrainer trainer = trainer(config, states, 1)) {
        Trainer<MicroReport, StepReport> loop = trainer.trainer();
        // Off the start, where retention has no slope.
        Map<String, INDArray> off = directions(loop, random, 0.05);
        move(loop, off, 1);
        loop.accumulate(0);
        Map<String, INDArray> direction = directions(loop, random, 1);
        double expected = 0;
        for (Map.Entry<String, INDArray> g : loop.gradients().entrySet()) {
          expected += g.getValue().mul(direction.get(g.getKey())).sumNumber().doubleValue();
        }
        double h = 1e-3;
        move(loop, direction, h);
        double up = loss(loop.accumulate(0));
        move(loop, direction, -2 * h);
        double down = loss(loop.accumulate(0));
        double slope = (up - down) / (2 * h);
        assertThat(expected)
            .as("%s, seed %d", pivot, seed)
            .isCloseTo(slope, within(0.01 * Math.abs(slope) + 1e-4));
        off.values().forEach(INDArray::close);
        direction.values().forEach(INDArray::close);
      }
    }
  }

  /** Random directions as long as the weights, times a factor. */
  private static Map<String, INDArray> directions(
      Trainer<?, ?> loop, Random random, double factor) {
    Map<String, INDArray> out = new LinkedHashMap<>();
    Nd4j.getRandom().setSeed(random.nextLong());
    loop.weights()
        .forEach(
            (name, w) -> {
              INDArray u = Nd4j.randn(w.dataType(), w.shape());
              double length = w.norm2Number().doubleValue() / u.norm2Number().doubleValue();
              out.put(name, u.muli(factor * length));
            });
    return out;
  }

  private static void move(Trainer<?, ?> loop, Map<String, INDArray> direction, double by) {
    direction.forEach((name, u) -> loop.weights().get(name).addi(u.mul(by)));
  }

  private static double loss(List<MicroReport> micros) {
    return micros.stream().mapToDouble(MicroReport::loss).average().orElseThrow();
  }

  /** Means over micro-batches of equal size are means over their prompts. */
  @Test
  void accumulationIsOneLargeBatch() {
    Map<String, INDArray> large = gradients(everything().batchSize(6).accumulation(1).build());
    for (int size = 1; size <= 3; size++) {
      LensConfig config = everything().batchSize(size).accumulation(6 / size).build();
      Map<String, INDArray> small = gradients(config);
      assertThat(small.keySet()).isEqualTo(large.keySet()).isNotEmpty();
      large.forEach(
          (name, g) ->
              assertThat(g.sub(small.get(name)).norm2Number().doubleValue())
                  .as(name)
                  .isLessThan(1e-5 * g.norm2Number().doubleValue()));
    }
  }

  private static Map<String, INDArray> gradients(LensConfig config) {
    try (TopStates states = tiny.states(config);
        LensTrainer trainer = trainer(config, states, 1)) {
      trainer.trainer().accumulate(0);
      Map<String, INDArray> out = new LinkedHashMap<>();
      trainer.trainer().gradients().forEach((name, g) -> out.put(name, g.dup()));
      return out;
    }
  }

  @Test
  void anyNumberOfLanesGivesTheSameBits() {
    for (LensConfig config :
        List.of(everything().accumulation(4).build(), TinyJob.config().loraRank(2).build())) {
      try (TopStates states = tiny.states(config);
          LensTrainer one = trainer(config, states, 1);
          LensTrainer three = trainer(config, states, 3)) {
        one.fit();
        three.fit();
        assertThat(three.weights()).isEqualTo(one.weights());
      }
    }
  }

  /** What a micro-batch is made of is its own: closing it leaves the next one as it was. */
  @Test
  void placeholdersAreTheCallersAndMadeAnew() {
    LensConfig config = everything().batchSize(2).contrast(0.3).build();
    try (TopStates states = tiny.states(config)) {
      ParallelObjective objective =
          new ParallelObjective(
              tiny.model, tiny.space, config, org.lensdl4j.model.trunk.Pooling.LAST, states);
      try (TopGraph graph = objective.graph(null)) {
        Map<String, INDArray> first = objective.placeholders(List.of(0, 3));
        Map<String, INDArray> second = objective.placeholders(List.of(0, 3));
        assertThat(second).isEqualTo(first);
        Map<String, INDArray> copies = new LinkedHashMap<>();
        second.forEach((name, a) -> copies.put(name, a.dup()));
        first.values().forEach(INDArray::close);
        assertThat(first.values()).allMatch(INDArray::wasClosed);
        assertThat(second).isEqualTo(copies);
        graph.gradients(second);
        // The graph reads them and closes none.
        assertThat(second.values()).noneMatch(INDArray::wasClosed);
        second.values().forEach(INDArray::close);
      }
    }
  }

  @Test
  void arraysAreClosedUnlessHandedOver() {
    INDArray lost = Nd4j.create(2);
    INDArray kept = Nd4j.create(2);
    try (OwnedArrays made = new OwnedArrays()) {
      made.put("lost", lost);
    }
    try (OwnedArrays made = new OwnedArrays()) {
      made.putAll(Map.of("kept", kept));
      assertThat(made.handOver()).containsOnlyKeys("kept");
    }
    assertThat(lost.wasClosed()).isTrue();
    assertThat(kept.wasClosed()).isFalse();
    kept.close();
  }

  private static LensTrainer trainer(LensConfig config, TopStates states, int threads) {
    return new LensTrainer(tiny.model, tiny.space, config, states, threads);
  }
}
