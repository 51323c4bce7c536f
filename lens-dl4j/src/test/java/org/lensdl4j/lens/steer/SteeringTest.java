package org.lensdl4j.lens.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.weights.SafetensorsWriter;

class SteeringTest {
  @TempDir Path folder;

  @Test
  void theLastLayerByLengthsOfTheDirectionIsWhatSteerHasAlwaysBeen() {
    Seeds.forAll(
        20,
        random -> {
          LanguageSpace space = RandomSpaces.of(random, 3, 0);
          double lambda = random.nextGaussian();
          Steering steering = Steering.of(space, SteeringSetting.last(lambda));
          float[] state = RandomSpaces.state(random);
          double[] delta = space.direction(3, "sw");
          float[] expected = state.clone();
          for (int i = 0; i < expected.length; i++) {
            expected[i] += (float) (lambda * delta[i]);
          }
          steering.in("sw").apply(3, random.nextInt(3), random.nextBoolean(), state, 0);
          assertThat(state).containsExactly(expected);
          assertThat(steering.lowest()).isEqualTo(3);
          assertThat(steering.in("sw").lowest()).isEqualTo(3);
          assertThat(steering.in("sw").changes(2)).isFalse();
        });
  }

  @Test
  void theLastLayerMayHaveTheDirectionsOfAnotherSpace() {
    Random random = new Random(5);
    LanguageSpace rest = RandomSpaces.of(random, 3, 0);
    LanguageSpace ends = RandomSpaces.of(random, 3, 0);
    SteeringSetting all = SteeringSetting.parse("all:0.5");
    StateEdit both = Steering.builder(rest).setting(all).end(ends).build().in("zh");
    for (int layer = 1; layer <= 3; layer++) {
      StateEdit one = Steering.of(layer == 3 ? ends : rest, all).in("zh");
      float[] found = RandomSpaces.state(random);
      float[] expected = found.clone();
      both.apply(layer, 1, false, found, 0);
      one.apply(layer, 1, false, expected, 0);
      assertThat(found).as("layer %d", layer).containsExactly(expected);
    }
  }

  @Test
  void aShareOfTheLengthTurnsAStateAndKeepsItsLength() {
    Seeds.forAll(
        20,
        random -> {
          LanguageSpace space = RandomSpaces.of(random, 3, 0);
          double u = random.nextDouble();
          SteeringSetting setting = new SteeringSetting("all", u, true);
          StateEdit kept = Steering.of(space, setting).in("sw");
          StateEdit longer =
              Steering.builder(space).setting(setting).restored(false).build().in("sw");
          float[] state = RandomSpaces.state(random);
          double[] delta = space.direction(2, "sw");
          double[] moved = new double[state.length];
          for (int i = 0; i < moved.length; i++) {
            moved[i] = state[i] + u * length(state) * delta[i] / length(delta);
          }
          float[] first = state.clone();
          longer.apply(2, 1, false, first, 0);
          float[] second = state.clone();
          kept.apply(2, 1, false, second, 0);
          for (int i = 0; i < moved.length; i++) {
            assertThat((double) first[i]).isCloseTo(moved[i], within(1e-6));
            double back = moved[i] * length(state) / length(moved);
            assertThat((double) second[i]).isCloseTo(back, within(1e-6));
          }
          assertThat(length(second)).isCloseTo(length(state), within(1e-5));
        });
  }

  @Test
  void lengthsOfTheDirectionCanKeepTheStatesLengthToo() {
    Random random = new Random(3);
    LanguageSpace space = RandomSpaces.of(random, 2, 0);
    Steering steering =
        Steering.builder(space).setting(SteeringSetting.parse("1:0.7")).restored(true).build();
    float[] state = RandomSpaces.state(random);
    double before = length(state);
    float[] padded = new float[3 * state.length];
    System.arraycopy(state, 0, padded, state.length, state.length);
    steering.in("ja").apply(1, 4, true, padded, state.length);
    float[] after = Arrays.copyOfRange(padded, state.length, 2 * state.length);
    assertThat(length(after)).isCloseTo(before, within(1e-5));
    assertThat(after).isNotEqualTo(state);
    assertThat(length(Arrays.copyOf(padded, state.length))).isZero();
  }

  @Test
  void theFirstTokenIsSparedBelowTheLastLayerAndTheOtherSideOfThePromptsEnd() {
    LanguageSpace space = RandomSpaces.of(new Random(4), 3, 0);
    for (SteeringTokens tokens : SteeringTokens.values()) {
      StateEdit edit =
          Steering.builder(space)
              .setting(SteeringSetting.parse("all:0.5"))
              .tokens(tokens)
              .build()
              .in("zh");
      for (int layer = 1; layer <= 3; layer++) {
        for (int position = 0; position < 3; position++) {
          for (boolean answer : new boolean[] {true, false}) {
            float[] state = new float[RandomSpaces.SIZE];
            edit.apply(layer, position, answer, state, 0);
            boolean side =
                tokens == SteeringTokens.BOTH || answer == (tokens == SteeringTokens.ANSWER);
            boolean moved = side && (position > 0 || layer == 3);
            assertThat(length(state) > 0).isEqualTo(moved);
          }
        }
      }
    }
  }

  @Test
  void directionsLeadAwayFromTheCentralLanguageTheOthersMeanOrANamedOne() {
    LanguageSpace space = RandomSpaces.of(new Random(5), 2, 0);
    SteeringSetting setting = SteeringSetting.parse("all:1");
    Steering mean = Steering.builder(space).setting(setting).away(Steering.MEAN).build();
    Steering named = Steering.builder(space).setting(setting).away("ja").build();
    Steering central = Steering.of(space, setting);
    for (String language : RandomSpaces.LANGUAGES) {
      for (int i = 0; i < RandomSpaces.SIZE; i++) {
        double others = 0;
        for (String other : RandomSpaces.LANGUAGES) {
          others += other.equals(language) ? 0 : space.mean(1, other)[i] / 3;
        }
        // At full rank, projected differences of means are the differences.
        double own = space.mean(1, language)[i];
        assertThat(mean.direction(1, language)[i]).isCloseTo(own - others, within(1e-9));
        assertThat(named.direction(1, language)[i])
            .isCloseTo(own - space.mean(1, "ja")[i], within(1e-9));
        assertThat(central.direction(1, language)[i]).isEqualTo(space.direction(1, language)[i]);
      }
    }
    assertThat(central.in("en").lowest()).isEqualTo(Integer.MAX_VALUE);
    assertThat(named.in("ja").changes(1)).isFalse();
    assertThat(mean.in("en").changes(1)).isTrue();
  }

  @Test
  void aFileHoldsAllOfIt() {
    Seeds.forAll(
        10,
        random -> {
          LanguageSpace space = RandomSpaces.of(random, 4, 1 + random.nextInt(3));
          Steering steering =
              Steering.builder(space)
                  .setting(new SteeringSetting("2-4", random.nextGaussian(), random.nextBoolean()))
                  .away(new String[] {"central", "mean", "sw"}[random.nextInt(3)])
                  .tokens(SteeringTokens.values()[random.nextInt(3)])
                  .build();
          Path file = folder.resolve("steering.safetensors");
          steering.save(file);
          Steering back = Steering.load(file);
          assertThat(back).isEqualTo(steering).hasSameHashCodeAs(steering);
          assertThat(back.fingerprint()).isEqualTo(steering.fingerprint());
          assertThat(back.layers()).containsExactly(2, 3, 4);
          assertThat(back.requireModel("abc")).isSameAs(back);
        });
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    LanguageSpace space = RandomSpaces.of(new Random(6), 3, 0);
    Steering steering = Steering.of(space, SteeringSetting.parse("2:0.5"));
    refused(() -> steering.requireModel("xyz"), "of another model: found one of abc (model)");
    refused(() -> steering.in("de"), "the steering has directions of [en, ja, sw, zh]");
    refused(() -> steering.direction(1, "sw"), "layers [2], expected 1");
    refused(
        () -> Steering.of(space, SteeringSetting.parse("4:0.5")),
        "found layers 4, expected some of 1 to 3");
    refused(() -> Steering.builder(space).away("de"), "de");
  }

  @Test
  void filesThatAreNoneOrDamagedAreRefused() {
    LanguageSpace space = RandomSpaces.of(new Random(7), 3, 0);
    Path file = folder.resolve("space.safetensors");
    space.save(file);
    refused(() -> Steering.load(file), "expected a steering");
    Steering steering = Steering.of(space, SteeringSetting.parse("2:0.5"));
    String json = steering.manifest.toJson();
    damaged(json.replace("\"2:0.5\"", "\"3:0.5\""), 0, "found layers [2]");
    damaged(json.replace("\"2:0.5\"", "\"2:x\""), 0, "found strength 'x'");
    damaged(json.replace("\"strength\":0.5", "\"strength\":0.7"), 0, "found strength 0.7");
    damaged(json.replace("lens-steering", "lens-other"), 0, "found format lens-other");
    damaged(json.replace("\"hiddenSize\":10", "\"hiddenSize\":9"), 0, "expected F64 [1, 4, 9]");
    damaged(json.replace("\"hiddenSize\":10", "\"hiddenSize\":-1"), 0, "expected those of a model");
    damaged(json.replace("\"both\"", "\"most\""), 0, "settings cannot be read");
    damaged(json.replace("\"both\"", "null"), 0, "not complete");
    damaged(json.replace("[2]", "[null]"), 0, "settings cannot be read");
    damaged(json.replace("\"ja\"", "\"en\""), 0, "found languages");
    damaged(json, Double.NaN, "found NaN");
  }

  private void damaged(String json, double value, String expected) {
    Path file = folder.resolve("damaged.safetensors");
    double[] values = new double[4 * RandomSpaces.SIZE];
    values[7] = value;
    new SafetensorsWriter()
        .metadata(java.util.Map.of("lens", json))
        .add("direction", new long[] {1, 4, RandomSpaces.SIZE}, values)
        .write(file);
    refused(() -> Steering.load(file), expected);
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String expected) {
    assertThatThrownBy(call).isInstanceOf(LensException.class).hasMessageContaining(expected);
  }

  private static double length(float[] state) {
    double sum = 0;
    for (float x : state) {
      sum += (double) x * x;
    }
    return Math.sqrt(sum);
  }

  private static double length(double[] state) {
    return Math.sqrt(Arrays.stream(state).map(x -> x * x).sum());
  }
}
