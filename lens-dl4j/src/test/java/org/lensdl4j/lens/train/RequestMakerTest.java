package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.model.base.LensException;

/** Requests of questions, and a model's answers to them. */
class RequestMakerTest {
  private static final Corpus QUESTIONS =
      Corpus.of(
          Map.of(
              "en", List.of(new TextItem("a", "What is ice? "), new TextItem("b", "And fire?")),
              "sw", List.of(new TextItem("a", "Barafu ni nini?"))));

  @TempDir Path folder;

  private static List<String> prompts(RequestCorpus requests) {
    return requests.items().stream().map(r -> r.language() + " " + r.prompt()).toList();
  }

  @Test
  void wordingsTakeTurnsAndEnglishIsHeld() {
    RequestMaker maker = RequestMaker.of("en", List.of("ja", "sw"));
    assertThat(prompts(maker.make(QUESTIONS)))
        .containsExactly(
            "ja What is ice? Respond in Japanese.",
            "sw What is ice? Reply in Swahili.",
            "en What is ice?",
            "en What is ice?",
            "ja And fire? Reply in Japanese.",
            "sw And fire? Answer in Swahili.",
            "en And fire?",
            "en And fire?");
    assertThat(maker.make(QUESTIONS).items().get(5).id()).isEqualTo("b");
  }

  @Test
  void aQuestionMayNameTheLanguageItself() {
    Corpus tasks =
        Corpus.of(Map.of("en", List.of(new TextItem("a", "Write LANGUAGE verse about ice."))));
    assertThat(prompts(RequestMaker.of("en", List.of("sw")).held(1).make(tasks)))
        .containsExactly("sw Write Swahili verse about ice.", "en Write English verse about ice.");
  }

  @Test
  void languagesHaveTheNamesThatModelsKnow() {
    Corpus one = Corpus.of(Map.of("en", List.of(new TextItem("a", "Why?"))));
    assertThat(prompts(RequestMaker.of("en", List.of("bn", "pt_BR")).held(0).make(one)))
        .containsExactly("bn Why? Respond in Bengali.", "pt_BR Why? Reply in Portuguese.");
    assertThatThrownBy(() -> RequestMaker.of("en", List.of("qqx")).make(one))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("'qqx' has no known English name");
  }

  @Test
  void wordingsNamesAndOwnQuestionsAreOptions() {
    RequestMaker maker =
        RequestMaker.of("en", List.of("sw"))
            .wordings(List.of("(LANGUAGE!)", "In LANGUAGE: QUESTION Please."))
            .names(Map.of("sw", "Kiswahili"))
            .own(true)
            .held(0);
    assertThat(prompts(maker.make(QUESTIONS)))
        .containsExactly(
            "sw What is ice? (Kiswahili!)",
            "sw In Kiswahili: And fire? Please.",
            "sw Barafu ni nini?");
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> RequestMaker.of("en", List.of("xx")).make(QUESTIONS))
        .isInstanceOf(LensException.class)
        .hasMessage("language 'xx' has no known English name: give it one");
    assertThatThrownBy(() -> RequestMaker.of("en", List.of("ja")).own(true).make(QUESTIONS))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("ja");
    assertThatThrownBy(() -> RequestMaker.of("en", List.of("ja")).wordings(List.of("In it.")))
        .hasMessage(
            "wording 'In it.': found no LANGUAGE, expected it where the language's name is to stand");
    assertThatThrownBy(() -> RequestMaker.of("en", List.of("ja")).held(-1))
        .hasMessage("questions in the central language: found -1 times, expected 0 or more");
  }

  /** The model's own answers, English ones as if nothing was steered; they can be trained on. */
  @Test
  void answersAreSteeredButForTheCentralLanguage() {
    try (TinyJob tiny = new TinyJob(folder, 7)) {
      RequestCorpus asked =
          RequestMaker.of("en", List.of("xx", "yy"))
              .names(Map.of("xx", "Fghij", "yy", "Klmno"))
              .make(QUESTIONS);
      RequestAnswers answers = new RequestAnswers(tiny.model, Prompting.whole("", 256), 12);
      RequestCorpus plain = answers.to(asked, LanguageEdit.NONE);
      RequestCorpus steered =
          answers.to(asked, Steering.of(tiny.space, SteeringSetting.parse("30")));
      assertThat(answers.to(asked, LanguageEdit.NONE).items()).isEqualTo(plain.items());
      assertThat(of(steered, "en")).isEqualTo(of(plain, "en")).isNotEmpty();
      assertThat(of(steered, "xx")).isNotEqualTo(of(plain, "xx"));
      assertThat(steered.items()).anyMatch(LanguageRequest::cut);
      assertThat(steered.items()).noneMatch(i -> i.answer().isBlank());
    }
  }

  private static List<LanguageRequest> of(RequestCorpus requests, String language) {
    return requests.items().stream().filter(r -> r.language().equals(language)).toList();
  }
}
