package org.lensdl4j.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class NamePatternsTest {
  /** Few letters, among them those that mean something in regular expressions. */
  private static final String LETTERS = "ab.[\\";

  @Test
  void matchesAsTheDefinitionSays() {
    Seeds.forAll(
        300,
        random -> {
          String pattern = text(random, LETTERS + "**??", random.nextInt(6));
          String name = text(random, LETTERS, random.nextInt(7));
          assertThat(NamePatterns.glob(pattern).test(name))
              .as("%s of %s", pattern, name)
              .isEqualTo(matches(pattern, name));
        });
  }

  @Test
  void oneOfSeveralPatternsIsEnough() {
    NamePatterns patterns = NamePatterns.glob("*.bias", "model.norm.*");
    assertThat(patterns.test("a.bias")).isTrue();
    assertThat(patterns.test("model.norm.weight")).isTrue();
    assertThat(patterns.test("model.norms")).isFalse();
    assertThat(patterns).hasToString("*.bias, model.norm.*");
  }

  @Test
  void aPatternThatChoosesNothingIsNamedAndNoOther() {
    List<String> names = List.of("a.weight", "b.weight", "c.weight", "d.weight");
    assertThatThrownBy(() -> NamePatterns.glob("a.*", "e.*").requireUsed(names, "weights"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'e.*' matches none of the 4 weights: a.weight, b.weight, c.weight, ...");
    assertThatCode(() -> NamePatterns.glob("a.*", "?.weight").requireUsed(names, "weights"))
        .doesNotThrowAnyException();
  }

  private static boolean matches(String pattern, String name) {
    if (pattern.isEmpty()) {
      return name.isEmpty();
    }
    String rest = pattern.substring(1);
    return switch (pattern.charAt(0)) {
      case '*' -> matches(rest, name) || (!name.isEmpty() && matches(pattern, name.substring(1)));
      case '?' -> !name.isEmpty() && matches(rest, name.substring(1));
      default -> name.startsWith(pattern.substring(0, 1)) && matches(rest, name.substring(1));
    };
  }

  private static String text(Random random, String letters, int length) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append(letters.charAt(random.nextInt(letters.length())));
    }
    return out.toString();
  }
}
