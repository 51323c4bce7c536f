package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.lensdl4j.lab.chart.BarChart;
import org.lensdl4j.lab.chart.LineChart;
import org.lensdl4j.lab.chart.ParallelCoordinates;
import org.lensdl4j.lab.chart.ScatterChart;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/** A search: its winner, all candidates, and which parameters went with the gain. */
final class SearchPart {
  private static final int MOST = 5000;
  private static final int BEST = 3;

  private final String name;
  private final JsonNode root;
  private final List<JsonNode> complete = new ArrayList<>();
  private final List<JsonNode> failed = new ArrayList<>();

  private SearchPart(String name, JsonNode root) {
    this.name = name;
    this.root = root;
    for (JsonNode c : root.path("candidates")) {
      List<JsonNode> to = c.path("status").asText().equals("complete") ? complete : failed;
      if (to.size() < MOST) {
        to.add(c);
      }
    }
  }

  /**
   * Reads a search folder.
   *
   * @throws LensException if it holds no search
   */
  static SearchPart read(Path folder) {
    Path file = folder.resolve("search.json");
    if (!Files.isRegularFile(file)) {
      throw new LensException(
          String.format(Locale.ROOT, "%s holds no search: it has no search.json", folder));
    }
    JsonNode root = JsonFiles.read(file);
    if (!root.path("candidates").isArray()) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: candidates: found none, expected a list", file));
    }
    return new SearchPart(Folders.name(folder), root);
  }

  void write(Html out) {
    out.element("h3", "Search " + name);
    String end =
        root.path("finished").isTextual()
            ? ", ended by " + root.path("finished").asText()
            : ", not finished";
    out.paragraph(
        String.format(
            Locale.ROOT,
            "%s candidates by %s search in %s%s; %s failed.",
            Format.count(complete.size() + failed.size()),
            root.path("generator").asText("an unnamed"),
            Format.seconds(root.path("seconds").asDouble()),
            end,
            Format.count(failed.size())));
    winner(out);
    if (complete.isEmpty()) {
      Report.missing(out, "No candidate is complete: there is nothing to show.");
      return;
    }
    coordinates(out);
    bestSoFar(out);
    importance(out);
    pareto(out);
    failures(out);
  }

  private void winner(Html out) {
    JsonNode winner = root.path("winner");
    if (!winner.isObject()) {
      Report.missing(out, "There is no winner that was measured on held-out texts.");
      return;
    }
    int index = winner.path("index").asInt(-1);
    JsonNode development = winner.path("development");
    JsonNode heldOut = winner.path("held_out");
    StringBuilder text = new StringBuilder();
    complete.stream()
        .filter(c -> c.path("index").asInt(-2) == index)
        .findFirst()
        .ifPresent(c -> text.append("Candidate ").append(index).append(": ").append(parameters(c)));
    text.append(". On the texts that it was chosen on its gain is ");
    text.append(Format.signed(number(development, "gain"))).append(", its retention ");
    text.append(Format.signed(number(development, "retention"))).append(". ");
    if (heldOut.isObject()) {
      double low = number(heldOut, "low");
      double high = number(heldOut, "high");
      text.append("On held-out texts its gain is ");
      text.append(Format.signed(number(heldOut, "gain")));
      if (Double.isNaN(low)) {
        text.append("; this score gives no interval, so whether that is more than chance is open");
      } else {
        text.append(" (95 % interval ").append(Format.signed(low)).append(" to ");
        text.append(Format.signed(high)).append("): ");
        text.append(low > 0 ? "better" : high < 0 ? "worse" : "no difference that they can show");
      }
      text.append("; its retention is ").append(Format.signed(number(heldOut, "retention")));
      text.append(". The choice flatters by ").append(Format.signed(number(winner, "gap")));
      text.append('.');
    } else {
      text.append("It was not measured on held-out texts: its figures flatter it.");
    }
    boolean measured = heldOut.isObject();
    boolean good = measured && number(heldOut, "low") > 0;
    boolean bad = measured && number(heldOut, "high") < 0;
    out.open("section", "class", "card " + (good ? "better" : bad ? "worse" : "none"));
    out.element("h4", "Winner").paragraph(text.toString()).close("section");
  }

  private String parameters(JsonNode candidate) {
    List<String> out = new ArrayList<>();
    candidate
        .path("parameters")
        .properties()
        .forEach(
            e ->
                out.add(
                    e.getKey()
                        + " "
                        + (e.getValue().isDouble()
                            ? Format.number(e.getValue().asDouble())
                            : e.getValue().asText())));
    return String.join(", ", out);
  }

  private static double number(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.path(field).asDouble() : Double.NaN;
  }

  private double[] values(String field) {
    return complete.stream().mapToDouble(c -> number(c, field)).toArray();
  }

  private void coordinates(Html out) {
    ParallelCoordinates.Builder chart =
        ParallelCoordinates.builder().title("All candidates of search " + name);
    for (JsonNode p : root.path("space")) {
      String parameter = p.path("name").asText();
      List<JsonNode> all =
          complete.stream().map(c -> c.path("parameters").path(parameter)).toList();
      if (all.stream().allMatch(JsonNode::isNumber)) {
        double[] numbers = all.stream().mapToDouble(JsonNode::asDouble).toArray();
        chart.axis(parameter, numbers, p.path("scale").asText().equals("log"));
      } else {
        chart.axis(parameter, all.stream().map(v -> v.isMissingNode() ? "–" : v.asText()).toList());
      }
    }
    chart.axis("gain", values("gain"), false).axis("retention", values("retention"), false);
    double[] scores = values("score");
    for (int i = 0; i < scores.length; i++) {
      boolean over = complete.get(i).has("within_budget");
      over &= !complete.get(i).path("within_budget").asBoolean();
      scores[i] = over ? Double.NaN : scores[i];
    }
    chart.best(scores, true, Math.min(BEST, complete.size()));
    out.figure(
        chart.build(),
        "One line a candidate. A value of 0 has no place on an axis of orders of magnitude: the line"
            + " has a gap there. Candidates over the budget are never among the best.");
  }

  private void bestSoFar(Html out) {
    List<JsonNode> points = list(root.path("best_so_far"));
    LineChart.Builder chart =
        LineChart.builder().title("Best score so far").xLabel("candidate").wholeX().yLabel("score");
    double[] index = points.stream().mapToDouble(p -> number(p, "index")).toArray();
    chart.series(
        "best so far", index, points.stream().mapToDouble(p -> number(p, "score")).toArray());
    out.figure(
        chart.build(), "A line that is level at the end: more candidates are not likely to help.");
  }

  private void importance(Html out) {
    List<JsonNode> all = new ArrayList<>(list(root.path("importance")));
    if (all.isEmpty()) {
      Report.missing(out, "The search names no importance of its parameters.");
      return;
    }
    all.sort(Comparator.comparingDouble(i -> -number(i, "explained")));
    BarChart.Builder chart =
        BarChart.builder()
            .title("How much of the gain goes with each parameter alone")
            .xLabel("share of the variance of ranks")
            .include(0, 1)
            .categories(
                all.stream()
                    .map(
                        i ->
                            String.format(
                                Locale.ROOT,
                                "%s (%s)",
                                i.path("parameter").asText(),
                                Format.p(number(i, "p"))))
                    .toList());
    chart.series("", all.stream().mapToDouble(i -> number(i, "explained")).toArray());
    out.figure(
        chart.build(),
        "Each parameter by itself; p by shuffling. What matters only together with another parameter is"
            + " missed, and with few candidates p is what to look at first.");
  }

  private void pareto(Html out) {
    List<Integer> front = new ArrayList<>();
    root.path("pareto").forEach(i -> front.add(i.asInt()));
    List<JsonNode> on =
        complete.stream()
            .filter(c -> front.contains(c.path("index").asInt(-1)))
            .sorted(Comparator.comparingDouble(c -> number(c, "retention")))
            .toList();
    ScatterChart.Builder chart =
        ScatterChart.builder()
            .title("Gain against what the central language kept")
            .xLabel("retention, more is better")
            .yLabel("gain, more is better")
            .series("candidates", values("retention"), values("gain"), labels(complete, front));
    if (!on.isEmpty()) {
      chart.line(
          "front: no other is better in both",
          on.stream().mapToDouble(c -> number(c, "retention")).toArray(),
          on.stream().mapToDouble(c -> number(c, "gain")).toArray());
    }
    out.figure(
        chart.build(),
        "Gain: weighted sum of the changes that the search was told to raise. Retention: minus what the"
            + " central language lost. Numbers are candidates on the front.");
  }

  private static List<String> labels(List<JsonNode> candidates, List<Integer> named) {
    return candidates.stream()
        .map(c -> named.contains(c.path("index").asInt(-1)) ? c.path("index").asText() : "")
        .toList();
  }

  private void failures(Html out) {
    if (failed.isEmpty()) {
      return;
    }
    out.open("details").element("summary", "Candidates that failed").open("ul");
    failed.stream()
        .limit(50)
        .forEach(
            c ->
                out.element(
                    "li",
                    String.format(
                        Locale.ROOT,
                        "%s (%s): %s",
                        c.path("index").asText(),
                        parameters(c),
                        Format.cut(c.path("error").asText(), 300))));
    out.close("ul").close("details");
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
