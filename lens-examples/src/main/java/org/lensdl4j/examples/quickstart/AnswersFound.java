package org.lensdl4j.examples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.lensdl4j.examples.report.TextTable;
import org.lensdl4j.lab.chart.BarChart;
import org.lensdl4j.lab.evaluate.fidelity.Fidelity;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lab.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.lab.measure.Repetition;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.LanguageRequest;

/** Answers of several models to the same requests, and the languages that they are in. */
public final class AnswersFound {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SAMPLES = 5;
  private static final int WIDTH = 90;

  private final LensConfig config;
  private final List<LanguageRequest> asked;
  private final Map<String, List<String>> answers;
  private final Map<String, List<Fidelity>> judged = new LinkedHashMap<>();

  AnswersFound(LensConfig config, List<LanguageRequest> asked, Map<String, List<String>> answers) {
    this.config = config;
    this.asked = asked;
    this.answers = answers;
    LanguageIdentifier identifier = new LinguaIdentifier(config.languages());
    answers.forEach(
        (column, texts) ->
            judged.put(
                column,
                IntStream.range(0, asked.size())
                    .mapToObj(i -> Fidelity.of(texts.get(i), asked.get(i).language(), identifier))
                    .toList()));
  }

  private Fidelity judged(String column, int item) {
    return judged.get(column).get(item);
  }

  private int[] of(String language) {
    return IntStream.range(0, asked.size())
        .filter(i -> asked.get(i).language().equals(language))
        .toArray();
  }

  /** Share of answers in the language that was asked for, and of 3-grams that repeat. */
  public String table() {
    TextTable table = new TextTable(headings().toArray(String[]::new));
    List<String> languages = new ArrayList<>(config.targets());
    languages.add(config.central());
    languages.forEach(language -> table.row(row(language, of(language))));
    int[] targets =
        IntStream.range(0, asked.size())
            .filter(i -> !asked.get(i).language().equals(config.central()))
            .toArray();
    table.row(row("all but " + config.central(), targets));
    return table.toString();
  }

  private List<String> headings() {
    List<String> out = new ArrayList<>(List.of("asked for"));
    out.addAll(answers.keySet());
    answers.keySet().forEach(c -> out.add("rep."));
    return out;
  }

  private String[] row(String name, int[] items) {
    List<String> out = new ArrayList<>(List.of(name));
    for (String column : answers.keySet()) {
      out.add(String.format(Locale.ROOT, "%.0f %%", 100 * share(column, items)));
    }
    for (String column : answers.keySet()) {
      out.add(String.format(Locale.ROOT, "%.2f", repetition(column, items)));
    }
    return out.toArray(String[]::new);
  }

  private double share(String column, int[] items) {
    return IntStream.of(items)
        .mapToDouble(i -> judged(column, i).language() ? 1 : 0)
        .average()
        .orElse(0);
  }

  private double repetition(String column, int[] items) {
    return IntStream.of(items)
        .mapToDouble(i -> Repetition.of(answers.get(column).get(i)))
        .average()
        .orElse(0);
  }

  /** What the table means. */
  public List<String> sentences() {
    return List.of(
        String.format(
            Locale.ROOT,
            "Share of %d greedy answers of 40 tokens that are in the language asked for; rep.: share of",
            asked.size()),
        "3-grams that were there before. None of the requests was trained on.",
        "steered:    the last layer's states moved by 0.3 of the language's direction",
        String.format(
            Locale.ROOT, "trained in: the top %d layers, and no steering", config.topLayers()));
  }

  /** Some requests and their answers; first those that were answered in another language. */
  public List<String> samples() {
    String first = answers.keySet().iterator().next();
    List<Integer> order =
        IntStream.range(0, asked.size())
            .filter(i -> !asked.get(i).language().equals(config.central()))
            .boxed()
            .sorted(
                (a, b) -> Boolean.compare(judged(first, a).language(), judged(first, b).language()))
            .toList();
    List<String> out = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    for (int item : order) {
      if (shown.size() < SAMPLES && !shown.contains(asked.get(item).language())) {
        shown.add(asked.get(item).language());
        out.add(
            String.format(
                Locale.ROOT, "Asked \"%s\"", asked.get(item).prompt().replace("\n", " ")));
        for (String column : answers.keySet()) {
          out.add(
              String.format(
                  Locale.ROOT,
                  "  %-10s %-3s %s",
                  column,
                  judged(column, item).found(),
                  cut(answers.get(column).get(item))));
        }
      }
    }
    return out;
  }

  private static String cut(String text) {
    int end = text.offsetByCodePoints(0, Math.min(WIDTH, text.codePointCount(0, text.length())));
    return text.substring(0, end);
  }

  /** All answers, a line each. */
  String jsonl() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < asked.size(); i++) {
      ObjectNode line = JSON.createObjectNode();
      line.put("id", asked.get(i).id()).put("language", asked.get(i).language());
      line.put("prompt", asked.get(i).prompt());
      for (String column : answers.keySet()) {
        ObjectNode own = line.putObject(column);
        own.put("answer", answers.get(column).get(i)).put("found", judged(column, i).found());
      }
      out.append(line).append('\n');
    }
    return out.toString();
  }

  /** The shares as a picture: an SVG file. */
  String svg() {
    BarChart.Builder chart =
        BarChart.builder()
            .title("Answers in the language asked for")
            .xLabel("share of answers")
            .categories(config.targets());
    for (String column : answers.keySet()) {
      chart.series(
          column, config.targets().stream().mapToDouble(l -> share(column, of(l))).toArray());
    }
    return chart.build().svgFile();
  }
}
