package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Verdict;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.model.base.LensException;

class EvaluationTest {
  @TempDir Path folder;
  private TinyEvaluation tiny;
  private Path out;

  @BeforeEach
  void open() throws IOException {
    tiny = new TinyEvaluation(folder, 24);
    out = folder.resolve("out");
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private static List<JsonNode> rows(Path out, String language) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    Path file = out.resolve("items").resolve("next_sentence." + language + ".jsonl");
    for (String line : Files.readAllLines(file)) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows.subList(1, rows.size());
  }

  @Test
  void aRunThatChangedNothingDiffersInNothing() throws IOException {
    EvaluationResult result = tiny.evaluation().run(tiny.run("idle", 2, 1)).evaluate(out);

    for (String language : TinyEvaluation.LANGUAGES) {
      for (JsonNode row : rows(out, language)) {
        assertThat(row.path("columns").path("idle")).isEqualTo(row.path("columns").path("before"));
      }
      Figure.Change change = result.get("next_sentence", "acc", language, "idle").change();
      assertThat(change.verdict()).isEqualTo(Verdict.SAME);
      assertThat(change.difference().low()).isZero();
      assertThat(change.difference().high()).isZero();
    }
    assertThat(result.stats()).contains("not one item's score differs");
  }

  @Test
  void twinsOfStrengthZeroAreTheModelItself() throws IOException {
    tiny.evaluation().space(tiny.space()).steer(0).project(0).steer(2).project(1).evaluate(out);

    for (JsonNode row : rows(out, "zh")) {
      JsonNode columns = row.path("columns");
      assertThat(columns.path("steer 0")).isEqualTo(columns.path("before"));
      assertThat(columns.path("project 0")).isEqualTo(columns.path("before"));
      assertThat(columns.path("steer 2")).isNotEqualTo(columns.path("before"));
      assertThat(columns.path("project 1")).isNotEqualTo(columns.path("before"));
    }
    for (JsonNode row : rows(out, "en")) {
      assertThat(row.path("columns").path("steer 2"))
          .as("the central language has no direction")
          .isEqualTo(row.path("columns").path("before"));
    }
  }

  @Test
  void steeringAtSeveralLayersSideBySideIsWhatEachIsAlone() throws IOException {
    int last = tiny.model.config().layers();
    String[] settings = {"all:0.2u", "2:0.5", "2-3:0.1u", last + ":0.7", "0.7"};
    Evaluation together = tiny.evaluation().space(tiny.space());
    for (String setting : settings) {
      together.steer(SteeringSetting.parse(setting));
    }
    StateCache cache = new StateCache(folder.resolve("cache"), 1 << 20);
    together.cache(cache).evaluate(out);
    for (String setting : settings) {
      Path alone = folder.resolve("alone " + setting);
      tiny.evaluation()
          .space(tiny.space())
          .steer(SteeringSetting.parse(setting))
          .cache(cache)
          .evaluate(alone);
      String column = "steer " + setting;
      for (String language : List.of("zh", "sw")) {
        List<JsonNode> expected = rows(alone, language);
        List<JsonNode> found = rows(out, language);
        for (int i = 0; i < found.size(); i++) {
          JsonNode columns = found.get(i).path("columns");
          assertThat(columns.path(column))
              .isEqualTo(expected.get(i).path("columns").path(column))
              .isNotEqualTo(columns.path("before"));
          assertThat(columns.path("steer " + last + ":0.7")).isEqualTo(columns.path("steer 0.7"));
        }
      }
      for (JsonNode row : rows(out, "en")) {
        assertThat(row.path("columns").path(column)).isEqualTo(row.path("columns").path("before"));
      }
    }
  }

  @Test
  void aSteeringFromAFileIsTheSame() throws IOException {
    Path file = folder.resolve("mine.safetensors");
    Steering.of(tiny.space(), SteeringSetting.parse("2:0.5")).save(file);
    tiny.evaluation()
        .space(tiny.space())
        .steer(SteeringSetting.parse("2:0.5"))
        .steer("mine", Steering.load(file))
        .evaluate(out);

    for (JsonNode row : rows(out, "sw")) {
      assertThat(row.path("columns").path("steer mine"))
          .isEqualTo(row.path("columns").path("steer 2:0.5"));
    }
  }

  @Test
  void runsOfSeveralDepthsSideBySideAreWhatEachIsAlone() throws IOException {
    Path one = tiny.run("one", 1, 1.5);
    Path three = tiny.run("three", 3, 0.5);
    tiny.evaluation().run(one).run(three).evaluate(out);
    tiny.evaluation().run(three).evaluate(folder.resolve("alone"));

    List<JsonNode> together = rows(out, "sw");
    List<JsonNode> alone = rows(folder.resolve("alone"), "sw");
    for (int i = 0; i < alone.size(); i++) {
      JsonNode columns = together.get(i).path("columns");
      assertThat(columns.path("three")).isEqualTo(alone.get(i).path("columns").path("three"));
      assertThat(columns.path("one")).isNotEqualTo(columns.path("before"));
      assertThat(columns.path("three")).isNotEqualTo(columns.path("one"));
    }
  }

  @Test
  void anItemScoresTheSameInAnyCompany() throws IOException {
    tiny.evaluation().evaluate(out);
    Path file = tiny.data.resolve("next_sentence").resolve("zh.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    Collections.shuffle(lines, new Random(1));
    Files.write(file, lines);
    EvaluationResult shuffled = tiny.evaluation().evaluate(folder.resolve("shuffled"));
    Files.write(file, lines.subList(0, 1));
    tiny.evaluation().evaluate(folder.resolve("single"));

    JsonNode single = rows(folder.resolve("single"), "zh").get(0);
    for (JsonNode row : rows(out, "zh")) {
      JsonNode again =
          rows(folder.resolve("shuffled"), "zh").stream()
              .filter(r -> r.path("key").equals(row.path("key")))
              .findFirst()
              .orElseThrow();
      near(again, row);
      if (row.path("key").equals(single.path("key"))) {
        near(single, row);
      }
    }
    assertThat(shuffled.get("next_sentence", "acc", "zh", "before").items()).isEqualTo(24);
  }

  private static void near(JsonNode a, JsonNode b) {
    for (int i = 0; i < 2; i++) {
      assertThat(a.at("/columns/before/log_likelihood").get(i).asDouble())
          .isCloseTo(b.at("/columns/before/log_likelihood").get(i).asDouble(), within(1e-4));
    }
  }

  @Test
  void whatIsFinishedIsNotMeasuredAgainAndTheFiguresAreTheSame() throws IOException {
    Path run = tiny.run("run", 1, 2);
    EvaluationResult whole = tiny.evaluation().run(run).evaluate(out);
    Path kept = out.resolve("items").resolve("next_sentence.zh.jsonl");
    Path lost = out.resolve("items").resolve("next_sentence.sw.jsonl");
    byte[] before = Files.readAllBytes(lost);
    Files.delete(lost);
    FileTime past = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(kept, past);

    EvaluationResult resumed = tiny.evaluation().run(run).evaluate(out);

    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(past);
    assertThat(Files.readAllBytes(lost)).isEqualTo(before);
    assertThat(resumed.toJson()).isEqualTo(whole.toJson());
    assertThat(resumed.details()).isEqualTo(whole.details());
  }

  @Test
  void aFolderOfAnotherEvaluationIsRefused() {
    tiny.evaluation().evaluate(out);

    assertThatThrownBy(() -> tiny.evaluation().run(tiny.run("run", 1, 2)).evaluate(out))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("column run absent")
        .hasMessageContaining("name a new folder");
    assertThatThrownBy(() -> tiny.evaluation().limit(3).evaluate(out))
        .hasMessageContaining("limit 0, now 3");
  }

  @Test
  void dataThatChangedAreRefused() throws IOException {
    tiny.evaluation().evaluate(out);
    Files.writeString(
        tiny.data.resolve("next_sentence").resolve("zh.jsonl"),
        "{\"id\":0,\"context\":[\"a\"],\"choices\":[\"b\",\"c\"],\"label\":0}\n");

    assertThatThrownBy(() -> tiny.evaluation().evaluate(out))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("next_sentence.zh.jsonl")
        .hasMessageContaining("other data");
  }

  @Test
  void anotherModelStandsBesideIt() throws IOException {
    try (TinyEvaluation other = new TinyEvaluation(folder.resolve("other"), 1)) {
      EvaluationResult result = tiny.evaluation().against(other.model).evaluate(out);

      assertThat(result.columns()).hasSize(2);
      assertThat(result.get("next_sentence", "acc", "en", result.columns().get(1)).change())
          .extracting(Figure.Change::verdict)
          .isEqualTo(Verdict.SAME);
    }
  }

  @Test
  void whatIsWrongIsNamedAndNothingIsLeftBehind() throws IOException {
    refused(
        "zh",
        "{\"id\":0,\"context\":[\"a\"],\"choices\":[\"b\"],\"label\":0}",
        ":1: field choices");
    refused(
        "zh",
        "{\"id\":0,\"context\":[\"a\"],\"choices\":[\"b\",\"c\"],\"label\":0}\n\n{\"id\":1,\"context\":[\"a\"],\"choices\":[\"b\",\"c\"],\"label\":2}",
        "zh.jsonl:3: field label: found 2, expected a whole number from 0 to 1");
    refused(
        "zh",
        "{\"id\":0,\"choices\":[\"b\",\"c\"],\"label\":0}",
        ":1: field context: found nothing");
    refused("zh", "{\"id\":0,", "zh.jsonl:1: not JSON");
    refused("zh", "", "found no line");
    Files.delete(tiny.data.resolve("next_sentence").resolve("zh.jsonl"));
    assertThatThrownBy(() -> tiny.evaluation().languages("zh").evaluate(out))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("zh.jsonl")
        .hasMessageContaining("context (three texts)");
    assertThatThrownBy(() -> tiny.evaluation().tasks("xnli"))
        .hasMessageContaining("unknown task 'xnli'")
        .hasMessageContaining("xcopa");
    assertThatThrownBy(() -> tiny.evaluation().tasks("xcopa").languages("xx").evaluate(out))
        .hasMessageContaining("xcopa has no words for xx");
    assertThatThrownBy(() -> tiny.evaluation().steer(1).evaluate(out))
        .hasMessageContaining("language space");
    assertThat(out).doesNotExist();
  }

  private void refused(String language, String lines, String message) throws IOException {
    tiny.write("next_sentence", language, lines + "\n");
    assertThatThrownBy(() -> tiny.evaluation().evaluate(out))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(message);
    assertThat(out).doesNotExist();
  }

  @Test
  void aLanguageWithoutFileIsLeftOutAndSaidToBe() throws IOException {
    Files.delete(tiny.data.resolve("next_sentence").resolve("zh.jsonl"));

    EvaluationResult result = tiny.evaluation().evaluate(out);

    assertThat(result.leftOut()).singleElement().asString().contains("next_sentence", "zh.jsonl");
    assertThat(result.stats()).contains("Left out: next_sentence");
  }
}
