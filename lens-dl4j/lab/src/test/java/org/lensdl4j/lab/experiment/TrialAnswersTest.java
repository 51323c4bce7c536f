package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.evaluate.LanguageQuestions;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.search.GainScore;
import org.lensdl4j.lab.search.LensSearch;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.train.LanguageRequest;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generator;

/** Trials of requests, whose candidates answer questions. */
class TrialAnswersTest {
  @TempDir Path folder;
  private TinyJob tiny;

  @BeforeEach
  void open() {
    tiny = new TinyJob(folder, 6);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  /** Of a random model's answers a language is as good as another: by their first letter. */
  private static final LanguageIdentifier LETTERS =
      new LanguageIdentifier() {
        @Override
        public Optional<String> identify(String text) {
          int letter = text.chars().filter(Character::isLetter).findFirst().orElse(0);
          return Optional.of(TinyJob.LANGUAGES.get(letter % 3));
        }

        @Override
        public boolean knows(String language) {
          return true;
        }

        @Override
        public String code(String language) {
          return language;
        }
      };

  private LanguageQuestions questions(String of) {
    Map<String, List<TextItem>> out = new LinkedHashMap<>();
    for (String language : TinyJob.LANGUAGES) {
      List<TextItem> items = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        items.add(new TextItem("q" + i, of + " " + language + " " + i));
      }
      out.put(language, items);
    }
    return new LanguageQuestions(tiny.model, Corpus.of(out), "en", LETTERS, "", 6);
  }

  private static RequestCorpus requests() {
    List<LanguageRequest> out = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      for (String language : TinyJob.LANGUAGES) {
        String prompt = "ab " + language + i;
        out.add(new LanguageRequest("q" + i, language, prompt, "cdef gh".repeat(i + 1), false));
      }
    }
    return RequestCorpus.of(out);
  }

  private TrialsBuilder trials() {
    return TinyTrials.of(tiny, folder.resolve("cache"))
        .holdOut(tiny.corpus)
        .bitsPerByte(false)
        .trainOn(requests())
        .ask(questions("is it"), questions("was it"));
  }

  private static LensConfig config(RequestTarget target) {
    return TinyJob.config().target(target).batchSize(3).learningRate(0.05).build();
  }

  /** Whoever trains them, and whatever others were asked before. */
  @Test
  void candidatesAnswerAsTheirWeightsDoAlone() {
    LanguageQuestions asked = questions("is it");
    try (Trials trials = trials().build()) {
      for (RequestTarget target : List.of(RequestTarget.NONE, RequestTarget.STATES)) {
        LensConfig config = config(target);
        TrialResult result = trials.run(config);
        List<LanguageQuestions.Judged> before;
        List<LanguageQuestions.Judged> after;
        try (TrainedWeights weights = trials.train(config);
            Generator plain = tiny.model.generator();
            Generator trained = new Generator(tiny.model.config(), weights.over(tiny.model))) {
          before = asked.answers(plain, null, "", Progress.NONE);
          after = asked.answers(trained, null, "", Progress.NONE);
        }
        assertThat(after).isNotEqualTo(before);
        for (String language : TinyJob.LANGUAGES) {
          ItemValues right = result.values(Measure.RIGHT_LANGUAGE, language);
          ItemValues repeated = result.values(Measure.REPETITION, language);
          assertThat(right.before()).containsExactly(right(before, language));
          assertThat(right.after()).containsExactly(right(after, language));
          assertThat(repeated.after())
              .containsExactly(
                  after.stream()
                      .filter(a -> a.language().equals(language))
                      .mapToDouble(LanguageQuestions.Judged::repetition)
                      .toArray());
        }
        assertThat(TrialResult.fromJson(result.toJson()).pooled(Measure.RIGHT_LANGUAGE))
            .isEqualTo(result.pooled(Measure.RIGHT_LANGUAGE));
      }
    }
  }

  private static double[] right(List<LanguageQuestions.Judged> answers, String language) {
    return answers.stream()
        .filter(a -> a.language().equals(language))
        .mapToDouble(a -> a.right() ? 1 : 0)
        .toArray();
  }

  @Test
  void aSearchMaximisesTheRightLanguageUnderTheGuard() {
    SearchConfig search =
        SearchConfig.fromYaml(
            """
            candidates: 4
            parallel: 2
            score: {gain: {right_language: 1}, budget: {repetition: 0.9, right_language: 0.9}}
            base: {minTexts: 1, topLayers: 1, target: states}
            space: {learningRate: [0.001, 0.01, 0.03, 0.1]}
            """);
    try (Trials trials = trials().threads(1).build()) {
      var found = LensSearch.of(trials, search).run(folder.resolve("search"));
      assertThat(found.complete()).hasSize(4);
      for (var candidate : found.complete()) {
        assertThat(candidate.config().epochs()).as("default of requests").isEqualTo(3);
        assertThat(candidate.scored().gain())
            .isEqualTo(candidate.result().pooled(Measure.RIGHT_LANGUAGE).difference().value());
      }
      assertThat(found.winner().heldOut().pooled()).containsKey(Measure.RIGHT_LANGUAGE);
    }
  }

  /** Of four answers in each target one more is right; they repeat themselves by a tenth more. */
  @Test
  void theGuardIsOfTheTargetsRepetitionAndTheCentralLanguage() {
    double[] ones = {1, 1, 1, 1};
    List<ItemValues> values = new ArrayList<>();
    for (String l : List.of("xx", "yy")) {
      double[] before = {1, 0, 0, 0};
      values.add(
          new ItemValues(Measure.RIGHT_LANGUAGE, l, before, new double[] {1, 1, 0, 0}, ones));
      double[] repeats = {0.1, 0.2, 0.3, 0.4};
      double[] after = {0.2, 0.3, 0.4, 0.5};
      values.add(new ItemValues(Measure.REPETITION, l, repeats, after, ones));
    }
    values.add(new ItemValues(Measure.RIGHT_LANGUAGE, "en", ones, new double[] {1, 1, 1, 0}, ones));
    values.add(new ItemValues(Measure.REPETITION, "en", ones, new double[4], ones));
    values.add(new ItemValues(Measure.DRIFT, "en", new double[4], new double[4], ones));
    TrialResult result =
        new TrialResult(
            config(RequestTarget.ENDS), TrialResult.DEVELOPMENT, values, List.of(), 0, 0);
    Map<Measure, Double> gain = Map.of(Measure.RIGHT_LANGUAGE, 1.0);
    assertThat(new GainScore(gain, Map.of()).score(result).score()).isEqualTo(0.25);
    for (var most : List.of(Map.entry(0.09, false), Map.entry(0.11, true))) {
      GainScore score = new GainScore(gain, Map.of(Measure.REPETITION, most.getKey()));
      assertThat(score.score(result).withinBudget()).isEqualTo(most.getValue());
    }
    for (var most : List.of(Map.entry(0.24, false), Map.entry(0.26, true))) {
      GainScore score = new GainScore(gain, Map.of(Measure.RIGHT_LANGUAGE, most.getKey()));
      assertThat(score.score(result).withinBudget()).isEqualTo(most.getValue());
    }
  }

  @Test
  void saysWhatIsMissing() {
    GainScore score = new GainScore(Map.of(Measure.RIGHT_LANGUAGE, 1.0), Map.of());
    assertThatThrownBy(
            () -> SearchConfig.fromYaml("score: {gain: {chrf: 1}}\nspace: {epochs: [1]}"))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("score.gain.chrf");
    SearchConfig search =
        SearchConfig.fromYaml("base: {minTexts: 1}\nspace: {learningRate: [0.001]}");
    try (Trials without = TinyTrials.of(tiny, folder.resolve("cache")).build()) {
      assertThatThrownBy(() -> without.run(config(RequestTarget.ENDS)))
          .isInstanceOf(LensException.class)
          .hasMessage(
              "option target: found ends, expected none: there are no requests to train on");
      assertThatThrownBy(
              () -> LensSearch.of(without, search).score(score).run(folder.resolve("out")))
          .isInstanceOf(LensException.class)
          .hasMessage(
              "score: right_language or repetition is asked for, but the trials have no questions");
    }
    try (Trials only =
        Trials.of(tiny.model)
            .targets("xx", "yy")
            .probeOn(tiny.corpus.corpus())
            .trainOn(requests())
            .developOn(tiny.corpus)
            .cache(folder.resolve("cache"))
            .build()) {
      only.run(config(RequestTarget.ENDS));
      assertThatThrownBy(() -> only.run(config(RequestTarget.NONE)))
          .isInstanceOf(LensException.class)
          .hasMessage(
              "option target: found none, expected one: there are requests to train on, and no parallel texts");
    }
  }

  @Test
  void requestsAndQuestionsArePartOfWhatResultsAreOf() {
    try (Trials all = trials().build();
        Trials others = trials().ask(questions("is it"), questions("is it")).build();
        Trials plain = TinyTrials.of(tiny, folder.resolve("cache")).build()) {
      assertThat(all.textsHash()).isNotEqualTo(others.textsHash()).isNotEqualTo(plain.textsHash());
    }
  }
}
