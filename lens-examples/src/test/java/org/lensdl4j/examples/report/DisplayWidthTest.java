package org.lensdl4j.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayWidthTest {

  @ParameterizedTest
  @CsvSource({"Paris, 5", "巴黎, 4", "パリ, 4", "파리, 4", "cafe\u0301, 4", "ｗｉｄｅ, 8", "'', 0"})
  void columnsOfATerminal(String text, int columns) {
    assertThat(DisplayWidth.of(text)).isEqualTo(columns);
  }

  @Test
  void columnsAreUncertainWhereTerminalsDiffer() {
    assertThat(List.of("Paris, é", "巴黎是首都。", "파리")).allMatch(DisplayWidth::certain);
    assertThat(List.of("باريس", "פריז", "প্যারিস ফ্রান্সের", "👩‍👩‍👧"))
        .noneMatch(DisplayWidth::certain);
  }

  @Test
  void breaksBetweenWordsOrWideCharacters() {
    assertThat(DisplayWidth.wrap("The capital of France is Paris.", 12))
        .containsExactly("The capital", "of France is", "Paris.");
    assertThat(DisplayWidth.wrap("法国的首都是巴黎", 5)).containsExactly("法国", "的首", "都是", "巴黎");
    assertThat(DisplayWidth.wrap("one\n\ntwo", 20)).containsExactly("one", "", "two");
    assertThat(DisplayWidth.wrap("\u001b[31mred", 20)).containsExactly("\uFFFD[31mred");
  }

  /** Random texts of several scripts: no line too wide, no character lost. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyLineFitsAndNothingIsLost(long seed) {
    SplittableRandom random = new SplittableRandom(Long.getLong("lens.seed", seed));
    String letters = "ab c—.ß巴黎。 パe\u0301리\n কি";
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      int columns = 2 + random.nextInt(30);
      List<String> lines = DisplayWidth.wrap(text.toString(), columns);
      assertThat(lines)
          .as("seed %d, text %s", seed, text)
          .allMatch(l -> DisplayWidth.of(l) <= columns);
      assertThat(String.join("", lines).replaceAll("\\s", ""))
          .as("seed %d", seed)
          .isEqualTo(text.toString().replaceAll("\\s", ""));
    }
  }
}
