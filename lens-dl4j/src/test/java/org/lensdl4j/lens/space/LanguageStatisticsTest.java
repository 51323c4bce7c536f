package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.testing.Seeds;

class LanguageStatisticsTest {
  private static final List<String> LANGUAGES = List.of("en", "zh", "sw");
  private static final int LAYERS = 2;
  private static final int SIZE = 5;

  @TempDir Path folder;

  private record State(String language, int layer, float[] values) {}

  /** Coordinates of very different sizes, as in the final state of some models. */
  private static List<State> states(Random random, int texts) {
    List<State> out = new ArrayList<>();
    for (int t = 0; t < texts; t++) {
      for (String language : LANGUAGES) {
        for (int layer = 1; layer <= LAYERS; layer++) {
          float[] x = new float[SIZE];
          for (int i = 0; i < SIZE; i++) {
            x[i] = (float) ((1 + random.nextGaussian()) * Math.pow(10, 3.0 * i / SIZE));
          }
          out.add(new State(language, layer, x));
        }
      }
    }
    return out;
  }

  private static LanguageStatistics gather(List<State> states) {
    LanguageStatistics out = new LanguageStatistics(LANGUAGES, LAYERS, SIZE);
    states.forEach(s -> out.add(s.language, s.layer, s.values));
    return out;
  }

  @Test
  void mergingIsExactInAnyOrderAndGrouping() {
    Seeds.forAll(
        30,
        random -> {
          List<State> states = states(random, 40);
          LanguageStatistics whole = gather(states);
          Collections.shuffle(states, random);
          int a = random.nextInt(states.size());
          int b = a + random.nextInt(states.size() - a);
          LanguageStatistics left = gather(states.subList(0, a));
          LanguageStatistics middle = gather(states.subList(a, b));
          LanguageStatistics right = gather(states.subList(b, states.size()));
          LanguageStatistics one = gather(List.of()).merge(left).merge(middle).merge(right);
          LanguageStatistics other =
              gather(List.of()).merge(right).merge(gather(List.of()).merge(middle).merge(left));
          assertThat(one).isEqualTo(other).isEqualTo(whole);
          assertThat(one.mean(2, "zh")).isEqualTo(whole.mean(2, "zh"));
          assertThat(one.toBytes()).isEqualTo(whole.toBytes());
        });
  }

  @Test
  void formsHoldEverything() {
    Seeds.forAll(
        10,
        random -> {
          LanguageStatistics s = gather(states(random, 7));
          Path file = folder.resolve("s.safetensors");
          s.save(file);
          LanguageStatistics loaded = LanguageStatistics.load(file);
          LanguageStatistics read = LanguageStatistics.fromBytes(s.toBytes());
          assertThat(loaded).isEqualTo(s);
          assertThat(read).isEqualTo(s);
          List<State> more = states(random, 5);
          LanguageStatistics expected = gather(more).merge(s);
          assertThat(gather(more).merge(loaded).toBytes()).isEqualTo(expected.toBytes());
          assertThat(gather(more).merge(read).toBytes()).isEqualTo(expected.toBytes());
        });
  }

  @Test
  void deviationIsThatWithinLanguages() {
    LanguageStatistics s = new LanguageStatistics(List.of("a", "b"), 1, 3);
    s.add("a", 1, new float[] {1, 7, 0});
    s.add("a", 1, new float[] {3, 7, 0});
    s.add("b", 1, new float[] {110, 7, 0});
    s.add("b", 1, new float[] {90, 7, 0});
    double[] deviation = s.deviation(1);
    assertThat(deviation[0]).isCloseTo(Math.sqrt((1 + 100) / 2.0), within(1e-12));
    assertThat(deviation[1]).as("constant").isCloseTo(7e-6, within(1e-15));
    assertThat(deviation[2]).as("always 0").isEqualTo(1);
  }

  @Test
  void deviationFollowsTheScaleOfCoordinates() {
    Seeds.forAll(
        20,
        random -> {
          List<State> states = states(random, 9);
          float[] scale = {0.25f, 8, 1, 1024, 0.0625f};
          List<State> scaled = new ArrayList<>();
          for (State s : states) {
            float[] x = s.values.clone();
            for (int i = 0; i < SIZE; i++) {
              x[i] *= scale[i];
            }
            scaled.add(new State(s.language, s.layer, x));
          }
          double[] plain = gather(states).deviation(1);
          double[] after = gather(scaled).deviation(1);
          for (int i = 0; i < SIZE; i++) {
            assertThat(after[i]).isCloseTo(scale[i] * plain[i], within(1e-9 * after[i]));
          }
        });
  }

  @Test
  void damagedBytesAreRefusedInOneLine() {
    byte[] good = gather(states(new Random(1), 3)).toBytes();
    assertThatThrownBy(() -> LanguageStatistics.fromBytes(Arrays.copyOf(good, good.length - 1)))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("bytes of numbers");
    byte[] huge = good.clone();
    ByteBuffer.wrap(huge).putInt(8, 4096).putInt(12, 1 << 20);
    assertThatThrownBy(() -> LanguageStatistics.fromBytes(huge)).isInstanceOf(LensException.class);
    byte[] nan = good.clone();
    ByteBuffer.wrap(nan).putDouble(nan.length - 8, Double.NaN);
    assertThatThrownBy(() -> LanguageStatistics.fromBytes(nan)).hasMessageContaining("NaN");
    Seeds.forAll(
        300,
        random -> {
          byte[] bad = Arrays.copyOf(good, random.nextInt(good.length) + 1);
          bad[random.nextInt(Math.min(bad.length, 60))] = (byte) random.nextInt();
          assertThatCode(() -> tryToRead(bad)).doesNotThrowAnyException();
        });
  }

  private static void tryToRead(byte[] bytes) {
    try {
      LanguageStatistics.fromBytes(bytes);
    } catch (LensException expected) {
      assertThat(expected).hasMessageContaining("bytes of language statistics");
    }
  }

  @Test
  void damagedFilesAreRefusedByName() throws Exception {
    Path file = folder.resolve("s.safetensors");
    gather(states(new Random(1), 3)).save(file);
    byte[] good = Files.readAllBytes(file);
    Seeds.forAll(
        100,
        random -> {
          byte[] bad = good.clone();
          bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
          Files.write(file, bad);
          try {
            LanguageStatistics.load(file);
          } catch (LensException | ModelFormatException e) {
            assertThat(e).hasMessageContaining(file.toString());
          }
        });
    Path space = folder.resolve("space.safetensors");
    LanguageSpaceFileTest.space(new Random(2)).save(space);
    assertThatThrownBy(() -> LanguageStatistics.load(space))
        .hasMessageContaining("expected language statistics");
  }
}
