package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/** Generated answers of all columns to the same questions, side by side. */
final class SamplesPart {
  private static final int EACH = 4;
  private static final int CHARACTERS = 600;
  private static final int MOST_ROWS = 100_000;

  private final EvaluationData evaluation;

  SamplesPart(EvaluationData evaluation) {
    this.evaluation = evaluation;
  }

  /** Writes a few questions of each task and language; returns whether there were any. */
  boolean write(Html out) {
    boolean any = false;
    for (Path file : evaluation.items()) {
      any |= write(out, file);
    }
    return any;
  }

  private boolean write(Html out, Path file) {
    List<JsonNode> differing = new ArrayList<>();
    List<JsonNode> same = new ArrayList<>();
    int all = 0;
    JsonNode head;
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      ObjectMapper json = new ObjectMapper();
      head = json.readTree(in.readLine());
      for (String line = in.readLine(); line != null && all < MOST_ROWS; line = in.readLine()) {
        JsonNode row = json.readTree(line);
        if (all == 0 && answer(row, evaluation.columns().get(0)) == null) {
          return false;
        }
        all++;
        List<JsonNode> kept = differs(row) ? differing : same;
        if (kept.size() < EACH) {
          kept.add(row);
        }
      }
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s cannot be read: %s", file, e.getMessage()), e);
    }
    if (all == 0) {
      return false;
    }
    String language = head.path("language").asText();
    out.element(
        "h3",
        String.format(Locale.ROOT, "%s, %s", head.path("task").asText(), Languages.name(language)));
    List<JsonNode> shown = new ArrayList<>(differing);
    shown.addAll(same.subList(0, Math.min(same.size(), EACH - differing.size())));
    out.element(
        "p",
        String.format(
            Locale.ROOT,
            "%d of %s questions, those first whose answers differ; cut after %d characters.",
            shown.size(),
            Format.count(all),
            CHARACTERS),
        "class",
        "note");
    shown.forEach(row -> sample(out, row, language));
    return true;
  }

  private boolean differs(JsonNode row) {
    return evaluation.columns().stream().map(c -> answer(row, c)).distinct().count() > 1;
  }

  private static String answer(JsonNode row, String column) {
    JsonNode scores = row.path("columns").path(column);
    if (scores.path("answers").isArray()) {
      List<String> turns = new ArrayList<>();
      scores.path("answers").forEach(t -> turns.add(t.asText()));
      return String.join("\n\n", turns);
    }
    return scores.path("answer").isTextual() ? scores.path("answer").asText() : null;
  }

  private void sample(Html out, JsonNode row, String language) {
    List<String> asked = new ArrayList<>();
    row.path("turns").forEach(t -> asked.add(t.asText()));
    if (asked.isEmpty()) {
      asked.add(row.path("prompt").asText());
    }
    out.open("div", "class", "sample");
    out.open("div", "class", "asked");
    asked.forEach(t -> out.foreign("p", Format.cut(t, CHARACTERS), language));
    out.close("div").open("dl");
    for (String column : evaluation.columns()) {
      String answer = answer(row, column);
      out.open("div").open("dt").text(column);
      JsonNode found = row.path("columns").path(column).path("found");
      if (found.isTextual() && !found.asText().equals("?")) {
        boolean right = found.asText().equals(language);
        out.element(
            "small", (right ? "in " : "not in its language: ") + Languages.name(found.asText()));
      }
      out.close("dt");
      boolean none = answer == null || answer.isBlank();
      String shown = none ? "(nothing)" : Format.cut(answer, CHARACTERS);
      String spoken = found.isTextual() && !found.asText().equals("?") ? found.asText() : language;
      out.open("dd", "dir", "auto", "lang", Languages.tag(none ? "en" : spoken));
      WrongMarks.write(out, shown, row.path("columns").path(column).path("wrong"));
      out.close("dd");
      out.close("div");
    }
    out.close("dl").close("div");
  }
}
