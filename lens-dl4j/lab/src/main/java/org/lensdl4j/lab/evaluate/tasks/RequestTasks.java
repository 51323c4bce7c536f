package org.lensdl4j.lab.evaluate.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Metric;

/**
 * Requests for an answer in a language: the Language Confusion Benchmark, MultiQ's questions, and
 * translation. They take long, so they are asked only if they are named.
 */
final class RequestTasks {
  static final String LCB = "lcb";

  /** The benchmark's sources, by the folders that hold them. */
  private static final Map<String, List<String>> LCB_SOURCES =
      Map.of(
          "crosslingual", List.of("okapi", "sharegpt", "complex_prompts"),
          "monolingual", List.of("okapi", "aya", "dolly", "native"));

  private static final List<List<String>> ID = List.of(List.of("id"));

  private RequestTasks() {}

  static List<EvaluationTask> all() {
    List<EvaluationTask> out = new ArrayList<>();
    for (String kind : List.of("crosslingual", "monolingual")) {
      LCB_SOURCES.get(kind).forEach(source -> out.add(lcb(kind, source)));
    }
    out.add(multiq("mono", "questions in the language", false, RequestTasks::asked));
    out.add(
        multiq(
            "cross",
            "English questions with a request for the language",
            true,
            RequestTasks::cross));
    out.add(translate());
    return List.copyOf(out);
  }

  /** What is measured of every answer. */
  private static List<Metric> metrics() {
    return List.of(
        Metric.of(Measure.RIGHT_LANGUAGE, 0),
        Metric.of(Measure.LINE_PASS, 0),
        Metric.of(Measure.WORD_PASS, 0),
        Metric.of(Measure.REPETITION, 0),
        Metric.of(Measure.ANSWER_BITS, 0),
        Metric.of(Measure.ANSWER_TOKENS, 0),
        Metric.of(Measure.ANSWER_CHARACTERS, 0));
  }

  private static EvaluationTask lcb(String kind, String source) {
    boolean cross = kind.equals("crosslingual");
    String folder = kind + "/" + source;
    return new EvaluationTask(
        String.format(Locale.ROOT, "%s-%s-%s", LCB, kind, source),
        String.format(
            Locale.ROOT,
            "the Language Confusion Benchmark, %s, from %s",
            cross ? "English requests for the language" : "requests in it",
            source),
        new DataSource(
            "the Language Confusion Benchmark",
            "test_sets/" + folder,
            "text (or its own .csv with prompt)",
            List.of(LCB + "/" + folder, "test_sets/" + folder)),
        // The same line of every language's file is the same request.
        cross ? List.of() : ID,
        cross,
        // One source is a part of the figure of all, which counts.
        metrics().stream().map(Metric::aside).toList(),
        0,
        List.of(),
        RequestTasks::asked,
        false);
  }

  private static EvaluationTask multiq(
      String kind, String about, boolean fromEnglish, BiFunction<DataLine, String, TaskItem> item) {
    return new EvaluationTask(
        "multiq-" + kind,
        "MultiQ, " + about,
        DataSource.of("multiq", "MultiQ", "test", "id, text"),
        ID,
        true,
        metrics(),
        0,
        List.of(),
        item,
        fromEnglish);
  }

  private static EvaluationTask translate() {
    List<Metric> metrics = new ArrayList<>(List.of(Metric.of(Measure.CHRF, 0)));
    metrics.addAll(metrics());
    return new EvaluationTask(
        "translate",
        "translation of English sentences into the language",
        DataSource.of(
            "ntrex", "NTREX-128", "test", "id, text; of split heldout, if lines have one"),
        ID,
        true,
        metrics,
        0,
        List.of(),
        (line, language) ->
            new RequestItem(
                line.scalar("id"),
                String.format(
                    Locale.ROOT,
                    "Translate into %s: %s",
                    Requests.name(language),
                    line.english().text("text")),
                line.text("text")),
        true);
  }

  private static RequestItem asked(DataLine line, String language) {
    return new RequestItem(id(line), line.text("text", "prompt"), "");
  }

  private static RequestItem cross(DataLine line, String language) {
    String question = line.english().text("text", "prompt");
    return new RequestItem(id(line), Requests.asking(question, language, line.number()), "");
  }

  private static String id(DataLine line) {
    return line.has("id") ? line.scalar("id") : "line " + line.number();
  }
}
