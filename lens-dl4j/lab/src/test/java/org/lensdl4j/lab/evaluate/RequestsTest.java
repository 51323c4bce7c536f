package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lab.measure.Chrf;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Repetition;
import org.lensdl4j.model.base.LensException;

/** Requests for an answer in a language: prompts, judgements, sums, resuming. */
class RequestsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Even lengths are English, odd ones Swahili. */
  private static final LanguageIdentifier BY_LENGTH =
      new LanguageIdentifier() {
        @Override
        public Optional<String> identify(String text) {
          return Optional.of(text.length() % 2 == 0 ? "en" : "sw");
        }

        @Override
        public boolean knows(String language) {
          return !language.equals("xx");
        }
      };

  @TempDir Path folder;
  private TinyEvaluation tiny;
  private Path out;

  @BeforeEach
  void open() throws IOException {
    tiny = new TinyEvaluation(folder, 2);
    out = folder.resolve("out");
    for (String language : List.of("en", "zh", "sw")) {
      StringBuilder lines = new StringBuilder();
      StringBuilder parallel = new StringBuilder();
      for (int i = 0; i < 7; i++) {
        lines.append("{\"id\":\"q%d\",\"text\":\"%s question %d?\"}\n".formatted(i, language, i));
        parallel.append(
            "{\"id\":%d,\"split\":\"%s\",\"text\":\"%s sentence %d.\"}\n"
                .formatted(i, i < 3 ? "fit" : "heldout", language, i));
      }
      tiny.write("multiq", language, lines.toString());
      tiny.write("ntrex", language, parallel.toString());
    }
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private Evaluation evaluation(String... tasks) {
    return tiny.evaluation()
        .tasks(tasks)
        .languages("en", "zh", "sw")
        .identifier(BY_LENGTH)
        .maxNewTokens(9);
  }

  private List<JsonNode> rows(String task, String language) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    Path file = out.resolve("items").resolve(task + "." + language + ".jsonl");
    for (String line : Files.readAllLines(file).subList(1, Files.readAllLines(file).size())) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  @Test
  void multiqAsksInTheLanguageAndInEnglishForIt() throws IOException {
    evaluation("multiq").evaluate(out);

    assertThat(rows("multiq-mono", "sw").get(2).path("prompt").asText())
        .isEqualTo("sw question 2?");
    List<String> asked =
        rows("multiq-cross", "sw").stream().map(r -> r.path("prompt").asText()).toList();
    assertThat(asked).allMatch(p -> p.contains("en question") && p.contains("Swahili"));
    assertThat(asked.get(0)).isEqualTo("en question 0? Answer in Swahili.");
    // Six wordings, then the first again.
    assertThat(asked.stream().map(p -> p.replaceAll("\\d", "")).distinct()).hasSize(6);
    // Parallel items are one draw.
    assertThat(rows("multiq-cross", "sw").get(3).path("key"))
        .isEqualTo(rows("multiq-mono", "zh").get(3).path("key"));
    assertThat(out.resolve("items").resolve("multiq-cross.en.jsonl")).doesNotExist();
  }

  @Test
  void translationsAreOfTextsHeldOutAndScoredTogether() throws IOException {
    EvaluationResult result = evaluation("translate").evaluate(out);

    List<JsonNode> rows = rows("translate", "zh");
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).path("prompt").asText())
        .isEqualTo("Translate into Chinese: en sentence 3.");
    double[] sums = new double[24];
    for (JsonNode row : rows) {
      JsonNode before = row.at("/columns/before");
      String answer = before.at("/answers/0").asText();
      double[] counts = Chrf.counts(answer, row.path("reference").asText());
      for (int k = 0; k < counts.length; k++) {
        sums[k] += counts[k];
        assertThat(before.at("/sums/chrf").get(k).asDouble()).isEqualTo(counts[k]);
      }
      assertThat(before.at("/metrics/chrf").asDouble()).isEqualTo(Chrf.score(counts));
      assertThat(before.at("/metrics/repetition").asDouble()).isEqualTo(Repetition.of(answer));
    }
    assertThat(result.get("translate", "chrf", "zh", "before").value().value())
        .isEqualTo(Chrf.score(sums), within(1e-12));
  }

  @Test
  void sourcesOfTheBenchmarkAreOneFigureAndItsOwnTablesAreRead() throws IOException {
    Path cross = Files.createDirectories(tiny.data.resolve("lcb/crosslingual/okapi"));
    Files.writeString(
        cross.resolve("sw.csv"),
        "prompt,location,phrasing,language,source\n"
            + "\"Reply in Swahili. Say \"\"hello\"\",\nplease\",Start,reply,sw,okapi\n"
            + "Two in Swahili,End,in,sw,okapi\n");
    tiny.write("lcb/crosslingual/complex_prompts", "sw", "{\"id\":\"a\",\"text\":\"Three\"}\n");
    tiny.write("lcb/monolingual/aya", "en", "{\"id\":\"m\",\"text\":\"Four\"}\n");
    EvaluationResult result = evaluation("lcb").evaluate(out);

    assertThat(rows("lcb-crosslingual-okapi", "sw").get(0).path("prompt").asText())
        .isEqualTo("Reply in Swahili. Say \"hello\",\nplease");
    Figure whole = result.get("lcb-crosslingual", "right_language", "sw", "before");
    Figure okapi = result.get("lcb-crosslingual-okapi", "right_language", "sw", "before");
    Figure complex =
        result.get("lcb-crosslingual-complex_prompts", "right_language", "sw", "before");
    assertThat(whole.items()).isEqualTo(3);
    assertThat(whole.metric().headline()).isTrue();
    assertThat(okapi.metric().headline()).isFalse();
    assertThat(whole.value().value())
        .isEqualTo((2 * okapi.value().value() + complex.value().value()) / 3, within(1e-12));
    assertThat(result.leftOut()).noneMatch(l -> l.contains("sharegpt"));
  }

  @Test
  void aTableWithARowTooShortIsRefused() throws IOException {
    Path cross = Files.createDirectories(tiny.data.resolve("lcb/crosslingual/okapi"));
    Files.writeString(cross.resolve("sw.csv"), "prompt,language\nonly one\n");

    assertThatThrownBy(() -> evaluation("lcb").evaluate(out))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("sw.csv: row 1: found 1 values, expected 2");
  }

  @Test
  void onlyAnswersThatWereJudgedCountForLines() throws IOException {
    EvaluationResult result = evaluation("multiq-mono").evaluate(out);

    for (String language : List.of("en", "sw")) {
      double passed = 0;
      double judged = 0;
      for (JsonNode row : rows("multiq-mono", language)) {
        JsonNode sums = row.at("/columns/before/sums/line_pass");
        passed += sums.get(0).asDouble();
        judged += sums.get(1).asDouble();
      }
      if (judged > 0) {
        assertThat(result.get("multiq-mono", "line_pass", language, "before").value().value())
            .isEqualTo(passed / judged);
      } else {
        assertThat(result.figures())
            .noneMatch(f -> f.metric().name().equals("line_pass") && f.language().equals(language));
      }
    }
  }

  @Test
  void aColumnThatChangesNothingHasTheSameAnswersAndBits() throws IOException {
    EvaluationResult result =
        evaluation("multiq").space(tiny.space()).steer(0).steer(3).evaluate(out);

    List<JsonNode> all = new ArrayList<>(rows("multiq-cross", "sw"));
    all.addAll(rows("multiq-mono", "en"));
    for (JsonNode row : all) {
      assertThat(row.at("/columns/steer 0")).isEqualTo(row.at("/columns/before"));
      // Under the untouched model, whoever answered: the same answer costs the same.
      if (row.at("/columns/steer 3/answers").equals(row.at("/columns/before/answers"))) {
        assertThat(row.at("/columns/steer 3/sums/answer_bits"))
            .isEqualTo(row.at("/columns/before/sums/answer_bits"));
      }
    }
    assertThat(result.get("multiq-mono", "answer_bits", "en", "before").value().value())
        .isGreaterThan(0);
    // Of answers in another language no bits are counted.
    for (JsonNode row : all) {
      JsonNode before = row.at("/columns/before");
      boolean right = before.at("/metrics/right_language").asDouble() == 1;
      assertThat(before.at("/sums/answer_bits/1").asDouble() > 0).isEqualTo(right);
    }
    assertThat(result.details()).contains("multiq-cross, right_language");
    assertThat(result.examples())
        .isNotEmpty()
        .allMatch(e -> e.matches("(?s)(en|zh|sw), (before|steer [03]), question .*"));
  }

  @Test
  void drawnAnswersAreMeansAndTheSameAgain() throws IOException {
    Evaluation drawn = evaluation("multiq-mono").sampled(0.7, 3);
    drawn.evaluate(out);

    for (JsonNode row : rows("multiq-mono", "en")) {
      JsonNode before = row.at("/columns/before");
      assertThat(before.path("answers")).hasSize(3);
      assertThat(before.path("found_all")).hasSize(3);
      double right = 0;
      for (JsonNode found : before.path("found_all")) {
        right += found.asText().equals("en") ? 1.0 / 3 : 0;
      }
      assertThat(before.at("/metrics/right_language").asDouble()).isEqualTo(right, within(1e-9));
    }
    Path again = folder.resolve("again");
    drawn.evaluate(again);
    assertThat(again.resolve("items/multiq-mono.sw.jsonl"))
        .hasSameTextualContentAs(out.resolve("items/multiq-mono.sw.jsonl"));
    assertThatThrownBy(() -> evaluation("multiq-mono").evaluate(out))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("temperature 0.7");
    assertThatThrownBy(() -> drawn.sampled(-1, 3))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("temperature: found -1.0");
  }

  @Test
  void figuresAreTakenOfTheFolderAlone() {
    EvaluationResult first =
        evaluation("multiq", "translate").space(tiny.space()).steer(3).evaluate(out);
    EvaluationResult again =
        evaluation("multiq", "translate").space(tiny.space()).steer(3).evaluate(out);

    assertThat(again.figures()).isEqualTo(first.figures());
  }

  @Test
  void rowsThatWereScoredElsewhereAreTheSame() {
    evaluation("multiq-cross", "translate").evaluate(out);
    Path elsewhere = folder.resolve("elsewhere");
    ItemScorer scorer =
        work ->
            () -> {
              try (EvaluationPart part =
                  EvaluationPart.open(evaluation("multiq-cross", "translate"))) {
                return part.rows(work, 0, work.items()).stream()
                    .map(r -> ItemRow.fromLine(r.toLine()))
                    .toList();
              }
            };
    evaluation("multiq-cross", "translate").scoredBy(scorer).evaluate(elsewhere);

    for (String file : List.of("multiq-cross.sw.jsonl", "translate.zh.jsonl")) {
      assertThat(elsewhere.resolve("items").resolve(file))
          .hasSameTextualContentAs(out.resolve("items").resolve(file));
    }
  }

  @Test
  void theSystemTurnIsEnglishOwnOrNone() throws IOException {
    String english = Conversation.render(tiny.model, "Be good.", List.of());
    assertThat(english).contains("Be good.");
    assertThat(SystemTurn.OWN.text("x", "zh")).isEqualTo("你是一个乐于助人的助手。");
    assertThat(SystemTurn.ENGLISH.text("x", "zh")).isEqualTo("x");
    assertThat(SystemTurn.NONE.text("x", "zh")).isNull();
    assertThatThrownBy(() -> SystemTurn.OWN.text("x", "et"))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("found language et, expected one of ar, bn, de");
    evaluation("multiq-mono").system(SystemTurn.OWN).evaluate(out);
    assertThat(Files.readString(out.resolve("evaluation.json")))
        .contains("\"system_turn\" : \"own\"");
  }

  @Test
  void withoutAnIdentifierThatKnowsTheLanguageARequestIsRefused() {
    assertThatThrownBy(() -> evaluation("multiq-mono").identifier(null).evaluate(out))
        .isInstanceOf(LensException.class)
        .hasMessage("multiq-mono: no language identifier is given");
    assertThatThrownBy(
            () -> {
              tiny.write("multiq", "xx", "{\"id\":\"q1\",\"text\":\"?\"}\n");
              evaluation("multiq-mono").languages("xx").evaluate(out);
            })
        .isInstanceOf(LensException.class)
        .hasMessage("multiq-mono: the language identifier does not know xx");
  }

  @Test
  void requestsAreNotAskedUnlessNamed() throws IOException {
    evaluation().evaluate(out);

    assertThat(out.resolve("items").resolve("next_sentence.en.jsonl")).exists();
    assertThat(out.resolve("items").resolve("multiq-mono.en.jsonl")).doesNotExist();
  }
}
