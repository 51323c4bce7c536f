package org.lensdl4j.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.testing.Seeds;

class RepetitionTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "one", "one two three", "one two three four", "甲", "甲乙丙丁戊"})
  void whatDoesNotComeTwiceIsNoRepetition(String text) {
    assertThat(Repetition.of(text)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    // 3-grams of words: abc bca cab abc, three of four different.
    "a b c a b c,0.25",
    // Of characters where there are no spaces.
    "甲乙丙甲乙丙,0.25",
    "甲乙丙 甲乙丙,0.25",
    "ああああああ,0.75",
    // Korean and Arabic have spaces.
    "하나 둘 셋 하나 둘 셋,0.25"
  })
  void isOneMinusDifferentOverAll(String text, double share) {
    assertThat(Repetition.of(text)).isEqualTo(share, within(1e-12));
  }

  @Test
  void goesToOneInALoopAndNeverReachesIt() {
    Seeds.forAll(
        20,
        random -> {
          int times = 2 + random.nextInt(50);
          double share = Repetition.of("round and round it goes ".repeat(times));
          // Five words, five different 3-grams.
          assertThat(share).isEqualTo(1 - 5.0 / (5 * times - 2), within(1e-12)).isLessThan(1);
        });
  }
}
