package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class SuggestionsTest {
  @Test
  void aSlipOfOneLetterIsFoundFirst() {
    Seeds.forAll(
        50,
        random -> {
          String meant = word(random, 12);
          List<String> present = new ArrayList<>(List.of(meant));
          for (int i = 0; i < 20; i++) {
            present.add(word(random, 12));
          }
          assertThat(Suggestions.near(slip(random, meant), present))
              .startsWith(" Similar names: " + meant)
              .endsWith(".");
        });
  }

  @Test
  void saysNothingOfNamesThatAreUnlike() {
    assertThat(Suggestions.near("model.norm.weight", List.of("lm_head.bias", "x"))).isEmpty();
    assertThat(Suggestions.near("a", List.of())).isEmpty();
  }

  @Test
  void namesThreeAtMostTheNearestFirst() {
    assertThat(Suggestions.near("align", List.of("alignment", "alig", "aline", "aligns", "zzzzz")))
        .isEqualTo(" Similar names: alig, aligns, aline.");
  }

  private static String word(Random random, int length) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append((char) ('a' + random.nextInt(26)));
    }
    return out.toString();
  }

  private static String slip(Random random, String word) {
    int at = random.nextInt(word.length());
    return switch (random.nextInt(3)) {
      case 0 -> word.substring(0, at) + word.substring(at + 1);
      case 1 -> word.substring(0, at) + '.' + word.substring(at);
      default -> word.substring(0, at) + '.' + word.substring(at + 1);
    };
  }
}
