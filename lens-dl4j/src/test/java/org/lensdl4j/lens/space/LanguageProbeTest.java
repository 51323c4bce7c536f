package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Seeds;

class LanguageProbeTest {
  private static final List<String> LANGUAGES = List.of("en", "zh", "sw", "bn");
  private static final int LAYERS = 3;
  private static final int SIZE = 11;
  private static final Provenance FROM = Provenance.ofModel("hash");

  /** One state: language, layer, values. */
  private record State(String language, int layer, float[] values) {}

  private static List<State> states(Random random) {
    List<State> out = new ArrayList<>();
    for (String language : LANGUAGES) {
      int texts = 1 + random.nextInt(6);
      float[] offset = floats(random, 3);
      for (int layer = 1; layer <= LAYERS; layer++) {
        for (int t = 0; t < texts; t++) {
          float[] x = floats(random, 1);
          for (int i = 0; i < SIZE; i++) {
            x[i] += offset[i] * layer;
          }
          out.add(new State(language, layer, x));
        }
      }
    }
    return out;
  }

  private static float[] floats(Random random, double scale) {
    float[] out = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      out[i] = (float) (scale * random.nextGaussian() + scale);
    }
    return out;
  }

  private static LanguageStatistics gather(List<State> states) {
    LanguageStatistics out = new LanguageStatistics(LANGUAGES, LAYERS, SIZE);
    states.forEach(s -> out.add(s.language, s.layer, s.values));
    return out;
  }

  private static void assertSame(LanguageStatistics a, LanguageStatistics b) {
    LanguageSpace one = LanguageProbe.fit(a, "en", 0, FROM);
    LanguageSpace two = LanguageProbe.fit(b, "en", 0, FROM);
    for (int layer = 1; layer <= LAYERS; layer++) {
      assertThat(Subspaces.distance(one.specific(layer), two.specific(layer))).isLessThan(1e-12);
      assertThat(Subspaces.distance(one.agnostic(layer), two.agnostic(layer))).isLessThan(1e-12);
      for (String language : LANGUAGES) {
        double[] x = one.direction(layer, language);
        assertThat(Subspaces.norm(Subspaces.minus(x, two.direction(layer, language))))
            .isLessThan(1e-12 * (1 + Subspaces.norm(x)));
      }
    }
  }

  @Test
  void orderOfTextsDoesNotMatter() {
    Seeds.forAll(
        50,
        random -> {
          List<State> states = states(random);
          List<State> shuffled = new ArrayList<>(states);
          Collections.shuffle(shuffled, random);
          assertSame(gather(states), gather(shuffled));
        });
  }

  @Test
  void duplicatingEveryTextDoesNotMatter() {
    Seeds.forAll(
        50,
        random -> {
          List<State> states = states(random);
          List<State> twice = new ArrayList<>(states);
          twice.addAll(states);
          assertSame(gather(states), gather(twice));
        });
  }

  @Test
  void partsMergeToTheWholeInAnyOrderAndGrouping() {
    Seeds.forAll(
        50,
        random -> {
          List<State> states = states(random);
          List<List<State>> parts =
              List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
          states.forEach(s -> parts.get(random.nextInt(3)).add(s));
          LanguageStatistics left =
              gather(parts.get(0)).merge(gather(parts.get(1))).merge(gather(parts.get(2)));
          LanguageStatistics right =
              gather(parts.get(2)).merge(gather(parts.get(1)).merge(gather(parts.get(0))));
          assertSame(gather(states), left);
          assertSame(left, right);
          for (String language : LANGUAGES) {
            assertThat(left.count(language)).isEqualTo(gather(states).count(language));
          }
        });
  }

  @Test
  void handsOutCopies() {
    LanguageSpace space = LanguageProbe.fit(gather(states(new Random(1))), "zh", 2, FROM);
    double before = space.mean(1, "en")[0];
    space.mean(1, "en")[0] = Double.NaN;
    space.specific(1)[0][0] = Double.NaN;
    assertThat(space.mean(1, "en")[0]).isEqualTo(before);
    assertThat(Subspaces.orthonormalityError(space.specific(1))).isLessThan(1e-12);
    assertThat(space.rank()).isEqualTo(2);
    assertThat(space.central()).isEqualTo("zh");
    assertThat(space.direction(3, "zh")).containsOnly(0);
  }

  @Test
  void projectsAndMeasuresShares() {
    LanguageSpace space = LanguageProbe.fit(gather(states(new Random(2))), "en", 0, FROM);
    double[] s = space.specific(2)[0];
    double[] a = space.agnostic(2)[0];
    assertThat(space.specificShare(2, s)).isBetween(1 - 1e-12, 1 + 1e-12);
    assertThat(space.specificShare(2, a)).isLessThan(1e-12);
    assertThat(Subspaces.norm(Subspaces.minus(space.projectAgnostic(2, a), a))).isLessThan(1e-12);
    assertThatThrownBy(() -> space.projectSpecific(2, new float[3]))
        .hasMessageContaining("found 3");
    assertThatThrownBy(() -> space.specific(0)).hasMessageContaining("expected 1 to 3");
  }

  @Test
  void badInputIsNamed() {
    LanguageStatistics good = gather(states(new Random(3)));
    assertThatThrownBy(() -> LanguageProbe.fit(good, "en", 4, FROM))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("rank: found 4, expected 1 to 3 for 4 languages");
    assertThatThrownBy(() -> LanguageProbe.fit(good, "fr", 0, FROM))
        .hasMessageContaining("central language: found fr");
    float[] nan = new float[SIZE];
    nan[4] = Float.NaN;
    assertThatThrownBy(() -> good.add("sw", 2, nan))
        .hasMessageContaining("language sw, layer 2, text")
        .hasMessageContaining("found NaN");
    good.add("sw", 2, new float[SIZE]);
    assertThatThrownBy(() -> LanguageProbe.fit(good, "en", 0, FROM))
        .hasMessageContaining("language sw: found states of");
    LanguageStatistics empty = new LanguageStatistics(LANGUAGES, LAYERS, SIZE);
    assertThatThrownBy(() -> LanguageProbe.fit(empty, "en", 0, FROM))
        .hasMessageContaining("language en: found no texts");
    LanguageStatistics other = new LanguageStatistics(LANGUAGES, LAYERS, SIZE + 1);
    assertThatThrownBy(() -> good.merge(other)).hasMessageContaining("do not fit together");
  }

  @Test
  void spaceOfAnotherModelIsRefused() {
    LanguageSpace space = LanguageProbe.fit(gather(states(new Random(4))), "en", 0, FROM);
    assertThat(space.requireModel("hash")).isSameAs(space);
    assertThatThrownBy(() -> space.requireModel("other"))
        .isInstanceOf(LensException.class)
        .hasMessage(
            "the language space is of another model: found one of hash, expected one of other;"
                + " probe again");
    assertThatThrownBy(() -> space.requireLanguages(List.of("en", "fr"), "en"))
        .hasMessageContaining("expected fr among them");
    assertThatThrownBy(() -> space.requireLanguages(List.of("en", "sw"), "sw"))
        .hasMessageContaining("central language en, expected sw");
  }
}
