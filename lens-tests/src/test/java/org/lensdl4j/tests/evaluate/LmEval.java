package org.lensdl4j.tests.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.lensdl4j.lab.evaluate.Evaluation;
import org.lensdl4j.lab.evaluate.EvaluationResult;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.model.TransformerModel;

/** Compares an evaluation of small items with what the real lm-eval package computed of them. */
final class LmEval {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode stored;

  LmEval(String name) {
    try (InputStream in =
        LmEval.class.getResourceAsStream("/reference/evaluate/" + name + ".json")) {
      stored = JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path data() {
    try {
      return Path.of(LmEval.class.getResource("/evaluate").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Log-likelihoods within a tolerance; choices, accuracies and standard errors equal. */
  void check(TransformerModel model, Path folder, double tolerance) throws IOException {
    Set<String> languages = new LinkedHashSet<>();
    Set<String> tasks = new LinkedHashSet<>();
    for (JsonNode t : stored.path("tasks")) {
      languages.add(t.path("language").asText());
      tasks.add(t.path("task").asText());
    }
    EvaluationResult result =
        Evaluation.of(model)
            .data(data())
            .tasks(tasks.toArray(String[]::new))
            .languages(languages.toArray(String[]::new))
            .evaluate(folder);
    for (JsonNode t : stored.path("tasks")) {
      if (t.path("task").asText().equals("mgsm")) {
        checkAnswers(t, result, folder);
      } else {
        check(t, result, folder, tolerance);
      }
    }
  }

  private static void checkAnswers(JsonNode t, EvaluationResult result, Path folder)
      throws IOException {
    String language = t.path("language").asText();
    List<JsonNode> rows = rows(folder, "mgsm", language);
    assertThat(rows).hasSameSizeAs(t.path("items"));
    for (int i = 0; i < rows.size(); i++) {
      JsonNode theirs = t.path("items").get(i);
      JsonNode scores = rows.get(i).path("columns").path(Evaluation.BEFORE);
      assertThat(rows.get(i).path("prompt")).isEqualTo(theirs.path("prompt"));
      assertThat(rows.get(i).path("gold")).isEqualTo(theirs.path("target"));
      assertThat(scores.path("answer")).isEqualTo(theirs.path("answer"));
      assertThat(scores.path("number")).isEqualTo(theirs.path("flexible").get(0));
      for (String metric : List.of("exact", "flexible")) {
        assertThat(scores.path("metrics").path(metric).asDouble())
            .isEqualTo(theirs.path(metric).get(1).asDouble());
      }
    }
    for (String metric : List.of("exact", "flexible")) {
      Figure figure = result.get("mgsm", metric, language, Evaluation.BEFORE);
      assertThat(figure.value().value())
          .isEqualTo(t.path("figures").path("exact_match," + metric).asDouble(Double.NaN));
      assertThat(figure.standardError())
          .isCloseTo(
              t.path("figures").path("exact_match_stderr," + metric).asDouble(Double.NaN),
              within(1e-12));
    }
  }

  private static void check(JsonNode t, EvaluationResult result, Path folder, double tolerance)
      throws IOException {
    String task = t.path("task").asText();
    String language = t.path("language").asText();
    List<JsonNode> rows = rows(folder, task, language);
    assertThat(rows).hasSameSizeAs(t.path("items"));
    for (int i = 0; i < rows.size(); i++) {
      JsonNode ours = rows.get(i);
      JsonNode theirs = t.path("items").get(i);
      String where = task + " " + language + " " + i;
      for (int k = 0; k < theirs.path("contexts").size(); k++) {
        JsonNode prompt = ours.has("prompt") ? ours.path("prompt") : ours.path("prompts").get(k);
        JsonNode continuation =
            ours.has("continuations")
                ? ours.path("continuations").get(k)
                : ours.path("continuation");
        assertThat(prompt.asText()).as(where).isEqualTo(theirs.path("contexts").get(k).asText());
        assertThat(continuation.asText())
            .as(where)
            .isEqualTo(theirs.path("continuations").get(k).asText());
        JsonNode scores = ours.path("columns").path(Evaluation.BEFORE);
        assertThat(scores.path("log_likelihood").get(k).asDouble())
            .as(where)
            .isCloseTo(theirs.path("log_likelihood").get(k).asDouble(), within(tolerance));
        assertThat(scores.path("greedy").get(k)).as(where).isEqualTo(theirs.path("greedy").get(k));
        for (String metric : List.of("acc", "acc_norm")) {
          assertThat(scores.path("metrics").path(metric).asDouble())
              .as(where)
              .isEqualTo(theirs.path(metric).asDouble());
        }
      }
    }
    for (String metric : List.of("acc", "acc_norm")) {
      Figure figure = result.get(task, metric, language, Evaluation.BEFORE);
      JsonNode figures = t.path("figures");
      assertThat(figure.value().value())
          .isCloseTo(figures.path(metric + ",none").asDouble(Double.NaN), within(1e-12));
      assertThat(figure.standardError())
          .isCloseTo(figures.path(metric + "_stderr,none").asDouble(Double.NaN), within(1e-12));
    }
  }

  static List<JsonNode> rows(Path folder, String task, String language) throws IOException {
    List<JsonNode> out = new ArrayList<>();
    Path file = folder.resolve("items").resolve(task + "." + language + ".jsonl");
    for (String line : Files.readAllLines(file).subList(1, Files.readAllLines(file).size())) {
      out.add(JSON.readTree(line));
    }
    return out;
  }
}
