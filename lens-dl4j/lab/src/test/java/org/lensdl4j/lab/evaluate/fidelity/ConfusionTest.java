package org.lensdl4j.lab.evaluate.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.lab.evaluate.fidelity.Confusion.Outcome;

class ConfusionTest {
  private static final String KOREAN = "오늘은 날씨가 아주 좋아서 모두 공원에 갔습니다.";
  private static LanguageIdentifier lingua;

  @BeforeAll
  static void load() {
    lingua = new LinguaIdentifier(List.of("en", "zh", "ja", "ko", "ar"));
  }

  private static Outcome outcome(String text, String language) {
    return Confusion.of(text, language, lingua).outcome();
  }

  @ParameterizedTest
  @CsvSource({
    "zh,今天的天气很好，我们一起去公园散步。",
    "ja,今日はとても天気がいいので、公園を散歩しましょう。",
    "ko,오늘은 날씨가 아주 좋아서 모두 공원에 갔습니다.",
    "ar,كان الطقس جميلا اليوم فذهبنا جميعا إلى الحديقة",
    "en,The weather was fine today and so we all went to the park."
  })
  void aLineInTheLanguagePassesInItAndInNoOther(String language, String line) {
    for (String asked : List.of("zh", "ja", "ko", "ar", "en")) {
      Confusion c = Confusion.of(line, asked, lingua);
      assertThat(c.outcome())
          .as("%s asked in %s", line, asked)
          .isEqualTo(asked.equals(language) ? Outcome.PASS : Outcome.LINE);
      assertThat(c.found()).isEqualTo(language);
      assertThat(c.isIn(asked, lingua)).isEqualTo(asked.equals(language));
    }
  }

  @Test
  void oneLineInAnotherLanguageFailsTheAnswerAndIsNamed() {
    Confusion c =
        Confusion.of(KOREAN + "\nAnd then we all went home again.\n" + KOREAN, "ko", lingua);

    assertThat(c.outcome()).isEqualTo(Outcome.LINE);
    assertThat(c.lines()).isEqualTo(3);
    assertThat(c.wrongLines()).containsExactly("And then we all went home again.");
  }

  @Test
  void linesOfLessThanFiveWordsAreNotJudged() {
    assertThat(outcome(KOREAN + "\nFour words of English", "ko")).isEqualTo(Outcome.PASS);
    assertThat(outcome(KOREAN + "\nThese are five English words", "ko")).isEqualTo(Outcome.LINE);
    assertThat(outcome("Four words of English", "ko")).isEqualTo(Outcome.SKIPPED);
  }

  @Test
  void spacesCountAsWordsInChineseButNotInJapanese() {
    assertThat(outcome("Three English words", "zh")).isEqualTo(Outcome.LINE);
    assertThat(outcome("Three English words", "ja")).isEqualTo(Outcome.SKIPPED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n ", "1. 2. 3. 4. 5. 6.", ", . , . , . , ."})
  void whatHasNoLettersIsSkipped(String text) {
    for (String language : List.of("en", "zh", "ja", "ko", "ar")) {
      Confusion c = Confusion.of(text, language, lingua);
      assertThat(c.outcome()).isEqualTo(Outcome.SKIPPED);
      assertThat(c.found()).isEqualTo("?");
    }
  }

  @Test
  void anEnglishWordFailsOnlyWhereLinesPassAndTheScriptIsAnother() {
    String stray = "오늘은 날씨가 아주 beautiful 해서 모두 공원에 갔습니다.";
    Confusion c = Confusion.of(stray, "ko", lingua);

    assertThat(c.outcome()).isEqualTo(Outcome.WORD);
    assertThat(c.wrongWords()).containsExactly("beautiful");
    assertThat(outcome(stray + "\nAnd then we all went home again.", "ko")).isEqualTo(Outcome.LINE);
    assertThat(outcome("The weather was beautiful today and so we went.", "en"))
        .isEqualTo(Outcome.PASS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Beautiful", "BEAUTIFUL", "day", "beautifool", "beautiful해서"})
  void namesShortWordsOtherWordsAndPartsOfWordsAreNotEnglish(String word) {
    assertThat(outcome("오늘은 날씨가 아주 %s 모두 공원에 갔습니다.".formatted(word), "ko")).isEqualTo(Outcome.PASS);
  }

  @Test
  void anEnglishWordIsFoundBetweenCharactersWithoutSpaces() {
    assertThat(Confusion.of("我觉得这个问题非常interesting值得我们讨论。", "zh", lingua).wrongWords())
        .containsExactly("interesting");
    assertThat(Confusion.of("この問題はとてもinterestingだと思いますよ。", "ja", lingua).wrongWords())
        .containsExactly("interesting");
  }

  @Test
  void whatTheModelAsksItselfIsNotPartOfTheAnswer() {
    assertThat(outcome(KOREAN + "\nQ: What is the capital of France, please?", "ko"))
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void aFewChineseCharactersMayBeJapanese() {
    LanguageIdentifier chinese =
        new LanguageIdentifier() {
          @Override
          public Optional<String> identify(String text) {
            return Optional.of("zh");
          }

          @Override
          public boolean knows(String language) {
            return true;
          }
        };

    assertThat(Confusion.of("質問 No. 1 2 3 4 5", "ja", chinese).outcome())
        .isEqualTo(Outcome.SKIPPED);
    assertThat(Confusion.of("質問質問質問質問質問質問", "ja", chinese).outcome()).isEqualTo(Outcome.LINE);
  }

  @Test
  void aNameInChineseCharactersIsInWhicheverOfTheTwoWasAskedFor() {
    for (String language : List.of("zh", "ja")) {
      assertThat(Confusion.of("東京。", language, lingua).found()).isEqualTo(language);
    }
    assertThat(Confusion.of("東京。", "ko", lingua).found()).isNotEqualTo("ko");
  }

  @Test
  void theListHasWordsOfMoreThanThreeLetters() {
    for (String word : List.of("interesting", "weather", "that", "zymurgy", "aardvark")) {
      assertThat(EnglishWords.contains(word)).as(word).isTrue();
    }
    for (String word : List.of("", "the", "Paris", "quelques", "zzzz", "interesting\n")) {
      assertThat(EnglishWords.contains(word)).as(word).isFalse();
    }
  }
}
