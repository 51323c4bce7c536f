package org.lensdl4j.lab.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.model.testing.Seeds;

/** What Arbiter's generators lack, each with the trap that it removes. */
class GeneratorTest {
  private static final LensConfig BASE = TinyJob.config().build();

  private static LensCandidateSpace space() {
    return new LensCandidateSpace(BASE)
        .add(Parameter.log("learningRate", 1e-5, 1e-3))
        .add(Parameter.choice("topLayers", 1, 2, 3))
        .add(Parameter.real("align", 0, 2))
        .add(Parameter.real("separate", 0, 2).orOff())
        .add(Parameter.choice("lossLayers", 1, 2, 3))
        .add(Parameter.real("lambda", 0, 2))
        .add(Parameter.choice("lambda.yy", 0.25, 0.5));
  }

  private static LensCandidateGenerator generator(GeneratorSettings settings) {
    return new LensCandidateGenerator(space(), settings);
  }

  /** Arbiter's condition lets one more start when two run at once. */
  @Test
  void asManyCandidatesAsAskedFor() {
    LensCandidateGenerator random = generator(GeneratorSettings.random(7, 1));
    assertThat(configs(random)).hasSize(7);
    assertThat(random.isExhausted()).isTrue();
    assertThatThrownBy(random::getCandidate).isInstanceOf(IllegalStateException.class);
  }

  /** Arbiter's grid has values that do not go together, and points that are the same. */
  @Test
  void aGridEndsAndHasEachConfigurationThatCanBeOnce() {
    LensCandidateSpace space =
        new LensCandidateSpace(BASE)
            .add(Parameter.choice("topLayers", 1, 2, 3))
            .add(Parameter.choice("lossLayers", 1, 2, 3))
            .add(Parameter.real("align", 1, 2).orOff());
    List<LensConfig> found = configs(new LensCandidateGenerator(space, GeneratorSettings.grid(4)));
    // Pairs with lossLayers <= topLayers, times four points or off.
    assertThat(found).hasSize(6 * 5).doesNotHaveDuplicates();
    GeneratorSettings shuffled =
        new GeneratorSettings(GeneratorSettings.Kind.GRID, 0, 5, 4, true, 8, 0.1, 1);
    List<LensConfig> other = configs(new LensCandidateGenerator(space, shuffled));
    assertThat(other).isNotEqualTo(found).containsExactlyInAnyOrderElementsOf(found);
    assertThat(configs(new LensCandidateGenerator(space, shuffled))).isEqualTo(other);
  }

  @Test
  void everyDrawIsWithinItsSpaceAndCanBeTrained() {
    Seeds.forAll(
        5,
        random -> {
          List<LensConfig> found =
              configs(generator(GeneratorSettings.random(40, random.nextLong())));
          Set<Double> off = new HashSet<>();
          for (LensConfig c : found) {
            assertThat(c.learningRate()).isBetween(1e-5, 1e-3);
            assertThat(c.lossLayers()).isLessThanOrEqualTo(c.topLayers());
            assertThat(c.lambda("xx")).isBetween(0.0, 2.0);
            assertThat(c.lambda("yy")).isIn(0.25, 0.5);
            off.add(c.separate() == 0 ? 0.0 : 1.0);
            // Printed and read again it is the same.
            assertThat(LensConfig.fromJson(c.toJson())).isEqualTo(c);
          }
          assertThat(off).hasSize(2);
        });
  }

  @Test
  void theSeedDecidesEverything() {
    for (GeneratorSettings.Kind kind : GeneratorSettings.Kind.values()) {
      List<LensConfig> one = bred(settings(kind, 3), new Random(1));
      List<LensConfig> two = bred(settings(kind, 3), new Random(2));
      assertThat(two).as("%s, other order of finishing", kind).isEqualTo(one);
      if (kind != GeneratorSettings.Kind.GRID) {
        assertThat(bred(settings(kind, 4), new Random(1))).isNotEqualTo(one);
      }
    }
  }

  private static GeneratorSettings settings(GeneratorSettings.Kind kind, long seed) {
    return new GeneratorSettings(kind, 40, seed, 2, true, 8, 0.1, 3);
  }

  /** Three at once, which finish in a random order, and the third of them fails now and then. */
  private static List<LensConfig> bred(GeneratorSettings settings, Random random) {
    LensCandidateGenerator generator = generator(settings);
    List<LensConfig> out = new ArrayList<>();
    List<Candidate<LensConfig>> running = new ArrayList<>();
    while (!generator.isExhausted() || !running.isEmpty()) {
      while (running.size() < 3 && generator.hasMoreCandidates()) {
        running.add(generator.getCandidate());
        out.add(running.get(running.size() - 1).getValue());
      }
      if (running.isEmpty()) {
        break;
      }
      Candidate<LensConfig> done = running.remove(random.nextInt(running.size()));
      Double score = done.getIndex() % 7 == 3 ? null : -Math.abs(done.getValue().align() - 1.3);
      generator.reportResults(
          new OptimizationResult(done, score, done.getIndex(), null, null, null));
    }
    return out;
  }

  @Test
  void breedingGetsNearerThanChance() {
    double bred = 0;
    double drawn = 0;
    for (long seed = 0; seed < 5; seed++) {
      bred += late(bred(settings(GeneratorSettings.Kind.GENETIC, seed), new Random(1)));
      drawn += late(bred(settings(GeneratorSettings.Kind.RANDOM, seed), new Random(1)));
    }
    assertThat(bred).isLessThan(0.7 * drawn);
  }

  private static double late(List<LensConfig> configs) {
    return configs.subList(20, 40).stream()
        .mapToDouble(c -> Math.abs(c.align() - 1.3))
        .average()
        .orElseThrow();
  }

  /** Arbiter's own genetic generator cannot be written on Java 17, and forgets its seed. */
  @Test
  void arbitersJsonKeepsSpaceGeneratorAndSeed() {
    for (GeneratorSettings.Kind kind : GeneratorSettings.Kind.values()) {
      LensCandidateGenerator generator = generator(settings(kind, 9));
      OptimizationConfiguration configuration =
          new OptimizationConfiguration.Builder()
              .candidateGenerator(generator)
              .scoreFunction(new LensScoreFunction())
              .terminationConditions(new MaxCandidatesCondition(3))
              .modelSaver(new TrialResultSaver("results"))
              .build();
      OptimizationConfiguration json = OptimizationConfiguration.fromJson(configuration.toJson());
      OptimizationConfiguration yaml = OptimizationConfiguration.fromYaml(configuration.toYaml());
      List<LensConfig> expected = configs(generator);
      for (OptimizationConfiguration read : List.of(json, yaml)) {
        LensCandidateGenerator found = (LensCandidateGenerator) read.getCandidateGenerator();
        assertThat(found.settings()).isEqualTo(generator.settings());
        assertThat(configs(found)).as(kind.id()).isEqualTo(expected);
      }
    }
  }

  @Test
  void aSpaceWithoutACandidateSaysWhy() {
    LensCandidateSpace none =
        new LensCandidateSpace(BASE)
            .add(Parameter.choice("topLayers", 1))
            .add(Parameter.choice("lossLayers", 2, 3));
    LensCandidateGenerator generator =
        new LensCandidateGenerator(none, GeneratorSettings.random(5, 1));
    assertThat(generator.hasMoreCandidates()).isFalse();
    assertThat(generator.isExhausted()).isTrue();
    assertThat(generator.problem()).contains("option lossLayers");
  }

  @Test
  void aSubclassDerivesOptionsFromOthers() {
    LensCandidateSpace space =
        new LensCandidateSpace(BASE) {
          @Override
          protected LensConfig candidate(LensConfig from, java.util.Map<String, Object> drawn) {
            LensConfig config = super.candidate(from, drawn);
            return config.toBuilder().lossLayers(config.topLayers()).build();
          }
        }.add(Parameter.choice("topLayers", 1, 2, 3));
    assertThat(configs(new LensCandidateGenerator(space, GeneratorSettings.grid(3))))
        .extracting(LensConfig::lossLayers)
        .containsExactly(1, 2, 3);
  }

  /** As a runner would, all at once; a genetic one waits for results, which come at once. */
  private static List<LensConfig> configs(LensCandidateGenerator generator) {
    List<LensConfig> out = new ArrayList<>();
    while (generator.hasMoreCandidates()) {
      Candidate<LensConfig> c = generator.getCandidate();
      out.add(c.getValue());
      generator.reportResults(new OptimizationResult(c, 0.0, c.getIndex(), null, null, null));
    }
    return out;
  }
}
