package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.lensdl4j.lab.chart.LineChart;
import org.lensdl4j.lab.evaluate.EvaluationResult;
import org.lensdl4j.lab.evaluate.Figures;
import org.lensdl4j.lab.evaluate.ItemRow;
import org.lensdl4j.lab.evaluate.TaskResult;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Metric;

/** Folders as runs, evaluations, analyses and searches leave them, with hostile texts inside. */
public final class ReportFolders {
  /** What must never become markup. */
  public static final String HOSTILE =
      "</td></table><script>document.title='broken'</script><img src=x onerror=alert(1)>"
          + "\" onload=\"alert(1)' & \u202Eabc\u2066 LONE \u0007";

  static final Map<String, String> QUESTIONS =
      Map.of(
          "en", "What is the capital of France?",
          "ar", "ما هي عاصمة فرنسا؟",
          "bn", "ফ্রান্সের রাজধানী কোথায়?",
          "sw", "Mji mkuu wa Ufaransa ni upi?");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;

  /** Writes nothing yet. */
  public ReportFolders(Path root) {
    this.root = root;
  }

  /** Half a character, which JSON can write and UTF-8 cannot. */
  private static String lone(String json) {
    return json.replace("LONE", "\\ud800");
  }

  /** A run without weights, 12 steps. */
  public Path run(String name) throws IOException {
    Path run = Files.createDirectories(root.resolve(name));
    ObjectNode json = JSON.createObjectNode();
    json.put("model", "0123456789abcdef").put("settings", "s-" + name).put("space", "x");
    json.putObject("cost").put("seconds", 75.5).put("tokens", 12345).put("peakBytes", 1L << 30);
    ObjectNode config = json.putObject("config");
    config.putArray("languages").add("en").add("ar").add("bn").add("sw");
    config.put("learningRate", name.length() * 1e-5).put("systemPrompt", HOSTILE).put("align", 1.0);
    config.putObject("lambdas");
    Files.writeString(run.resolve("run.json"), lone(json.toPrettyString()));
    StringBuilder log = new StringBuilder();
    for (int i = 1; i <= 12; i++) {
      ObjectNode step = JSON.createObjectNode();
      step.put("step", i)
          .put("steps", 12)
          .put("learningRate", 1e-5 * i)
          .put("gradientNorm", 20.0 / i);
      step.put("loss", 3 - 0.1 * i).put("retain", i == 1 ? 0 : 1e-4 * i).put("contrast", 0);
      ObjectNode align = step.putObject("align");
      List.of("ar", "bn", "sw").forEach(l -> align.put(l, 0.01 * l.charAt(0) / 100));
      log.append(step).append('\n');
    }
    Files.writeString(run.resolve("log.jsonl"), log);
    return run;
  }

  /** An evaluation of "before", two runs and a twin on a choice task, answers and states. */
  public Path evaluation(String name, String... runs) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    List<String> columns = new ArrayList<>(List.of("before"));
    columns.addAll(List.of(runs));
    columns.add("steer 1");
    List<TaskResult> results = new ArrayList<>();
    List<String> languages = List.of("en", "ar", "bn", "sw");
    languages.forEach(l -> results.add(choices(l, columns)));
    languages.forEach(l -> results.add(answers(l, columns)));
    languages.forEach(l -> results.add(states(l, columns)));
    for (TaskResult r : results) {
      r.write(folder.resolve("items").resolve(r.task() + "." + r.language() + ".jsonl"));
    }
    EvaluationResult all =
        new EvaluationResult(
            columns,
            "en",
            Figures.of(results, columns, "en", 42),
            Map.of("sw", List.of("ya", HOSTILE)),
            List.of(HOSTILE),
            List.of("xwinograd: " + HOSTILE));
    Files.writeString(folder.resolve("summary.json"), lone(all.toJson()));
    Files.writeString(
        folder.resolve("evaluation.json"), "{\"model\":\"0123456789abcdef\",\"limit\":\"60\"}");
    return folder;
  }

  /** An evaluation of requests for a language: "before", a run that helps, a twin that repeats. */
  public Path requests(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    List<String> columns = List.of("before", "careful", "steer 1");
    List<TaskResult> results = new ArrayList<>();
    List.of("en", "ar", "sw").forEach(l -> results.add(requests(l, columns)));
    for (TaskResult r : results) {
      r.write(folder.resolve("items").resolve(r.task() + "." + r.language() + ".jsonl"));
    }
    EvaluationResult all =
        new EvaluationResult(
            columns, "en", Figures.of(results, columns, "en", 42), Map.of(), List.of(), List.of());
    Files.writeString(folder.resolve("summary.json"), lone(all.toJson()));
    return folder;
  }

  private static TaskResult choices(String language, List<String> columns) {
    Metric acc = Metric.share("acc", "the likeliest choice is right", 0.5);
    Metric norm = Metric.share("acc_norm", "per character", 0.5).aside();
    Random random = new Random(language.hashCode());
    List<ItemRow> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ItemRow row = ItemRow.of("item " + i);
      row.shown().put("prompt", HOSTILE);
      boolean before = random.nextDouble() < 0.5;
      for (String column : columns) {
        // Swahili gets better, Bengali worse, the others hardly change.
        boolean flips = !column.equals("before") && random.nextDouble() < 0.4;
        boolean value =
            switch (language) {
              case "sw" -> before || flips;
              case "bn" -> before && !flips;
              default -> before ^ (flips && random.nextDouble() < 0.2);
            };
        row.column(column).metrics().put("acc", value ? 1.0 : 0.0);
        row.column(column).metrics().put("acc_norm", value ? 1.0 : 0.0);
      }
      rows.add(row);
    }
    return new TaskResult("xcopa", "causes", language, "id", List.of(acc, norm), rows);
  }

  private static TaskResult answers(String language, List<String> columns) {
    Metric share = Metric.share("language", "in the question's language", Double.NaN);
    List<ItemRow> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ItemRow row = ItemRow.of("q" + i);
      row.shown().putArray("turns").add(QUESTIONS.get(language)).add(HOSTILE);
      for (String column : columns) {
        ItemRow.Scores scores = row.column(column);
        scores.metrics().put("language", 1.0);
        String answer = i == 0 ? HOSTILE + column : QUESTIONS.get(language) + " " + i;
        scores.shown().putArray("answers").add(answer).add("");
        scores.shown().put("found", i == 1 ? "fr" : language);
      }
      rows.add(row);
    }
    return new TaskResult("fidelity", "languages", language, "id", List.of(share), rows);
  }

  /** Half of the answers before are English, with a hostile line; all after are right. */
  private static TaskResult requests(String language, List<String> columns) {
    List<ItemRow> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ItemRow row = ItemRow.of("r" + i);
      row.shown().put("prompt", "Answer in " + language + ". " + HOSTILE);
      for (String column : columns) {
        boolean right = !column.equals("before") || i % 2 == 0 || language.equals("en");
        ItemRow.Scores scores = row.column(column);
        scores.metrics().put("right_language", right ? 1.0 : 0.0);
        scores.metrics().put("repetition", column.equals("steer 1") ? 0.4 + 0.01 * i : 0.01 * i);
        String answer = QUESTIONS.get(language) + "\nThis line is wrong. " + HOSTILE;
        scores.shown().putArray("answers").add(answer);
        scores.shown().put("found", right ? language : i == 1 ? "?" : "en");
        if (!right) {
          scores.shown().putArray("wrong").add("This line is wrong. " + HOSTILE);
        }
      }
      rows.add(row);
    }
    List<Metric> metrics =
        List.of(Metric.of(Measure.RIGHT_LANGUAGE, 0), Metric.of(Measure.REPETITION, 0));
    return new TaskResult("multiq-cross", "requests", language, "id", metrics, rows);
  }

  private static TaskResult states(String language, List<String> columns) {
    List<Metric> metrics = new ArrayList<>();
    for (int layer = 1; layer <= 4; layer++) {
      metrics.add(Metric.of(Measure.COSINE, layer < 4 ? layer : 0));
    }
    metrics.add(Metric.of(Measure.BITS_PER_BYTE, 0));
    Random random = new Random(language.hashCode() + 1);
    List<ItemRow> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ItemRow row = ItemRow.of("t" + i);
      double base = random.nextDouble();
      for (String column : columns) {
        for (Metric metric : metrics) {
          double change = column.equals("before") ? 0 : 0.02 + 0.01 * random.nextDouble();
          row.column(column).metrics().put(metric.name(), base + change);
        }
      }
      row.weights().put("bits_per_byte", 10.0 + i);
      rows.add(row);
    }
    return new TaskResult("states", "hidden states", language, "id", metrics, rows);
  }

  /** Two analyses: one with a picture of ours, one with a picture of somebody else. */
  public Path analysis(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    String svg =
        LineChart.builder()
            .title("Drift by weight " + HOSTILE)
            .series("sw", new double[] {1, 2, 3}, new double[] {0.1, 0.2, 0.15})
            .build()
            .svgFile();
    analysis(folder, "curve", svg);
    analysis(
        folder,
        "stranger",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lens-chart\" width=\"9\" height=\"9\">"
            + "<script>document.title='broken'</script></svg>");
    return folder;
  }

  private static void analysis(Path folder, String name, String svg) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("name", name).put("title", "Title of " + name).put("finding", "Found. " + HOSTILE);
    json.putObject("options").put("seed", "42");
    Files.writeString(folder.resolve(name + ".json"), json.toPrettyString());
    Files.writeString(folder.resolve(name + ".svg"), svg);
    Files.writeString(
        folder.resolve(name + ".csv"),
        "x,\"a \"\"b\"\"\",c\n1,0.123456789,\"" + HOSTILE.replace("\"", "\"\"") + "\"\n");
  }

  /** A search of 20 candidates, one failed. */
  public Path search(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    ObjectNode json = JSON.createObjectNode();
    json.put("generator", "random").put("finished", "candidates").put("seconds", 71.5);
    json.withArray("space").addObject().put("name", "learningRate").put("scale", "log");
    json.withArray("space").addObject().put("name", "schedule").put("scale", "linear");
    Random random = new Random(4);
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 20; i++) {
      ObjectNode c = json.withArray("candidates").addObject().put("index", i);
      ObjectNode parameters = c.putObject("parameters");
      parameters.put("learningRate", Math.pow(10, -6 + 2 * random.nextDouble()));
      parameters.put("schedule", i % 2 == 0 ? "cosine" : HOSTILE);
      if (i == 7) {
        c.put("status", "failed").put("error", HOSTILE);
        continue;
      }
      double gain = random.nextDouble() - 0.3;
      best = Math.max(best, gain);
      c.put("status", "complete").put("score", gain).put("gain", gain).put("within_budget", i != 3);
      c.put("retention", -random.nextDouble() * 0.1).put("seconds", 3.5);
      json.withArray("best_so_far").addObject().put("index", i).put("score", best);
    }
    json.withArray("pareto").add(1).add(5);
    json.withArray("importance")
        .addObject()
        .put("parameter", "schedule")
        .put("explained", 0.2)
        .put("p", 0.3);
    json.withArray("importance")
        .addObject()
        .put("parameter", "learningRate")
        .put("explained", 0.6)
        .put("p", 0.001);
    ObjectNode winner = json.putObject("winner").put("index", 5).put("gap", 0.02);
    winner.putObject("development").put("gain", 0.4).put("retention", -0.01);
    winner
        .putObject("held_out")
        .put("gain", 0.38)
        .put("low", 0.1)
        .put("high", 0.5)
        .put("retention", -0.02);
    Files.writeString(folder.resolve("search.json"), json.toPrettyString());
    return folder;
  }

  /** Everything in one report. */
  public Path report() throws IOException {
    Path out = root.resolve("report.html");
    Report.of(run("careful"), run("bold"))
        .evaluation(evaluation("evaluation", "careful", "bold"))
        .analysis(analysis("analysis"))
        .search(search("search"))
        .write(out);
    return out;
  }
}
