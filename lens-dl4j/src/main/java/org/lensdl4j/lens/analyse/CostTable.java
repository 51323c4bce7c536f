package org.lensdl4j.lens.analyse;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.report.chart.BarChart;
import org.lensdl4j.lens.report.chart.SmallMultiples;
import org.lensdl4j.lens.train.RunCost;
import org.lensdl4j.model.format.JsonFiles;

/**
 * What runs have cost, of Lens and of the methods that it is compared with: time, memory, tokens,
 * trained weights. One run each, so there are no intervals.
 *
 * @param rows in the order asked for
 */
public record CostTable(List<Row> rows) {
  /** The name of its files. */
  public static final String NAME = "cost";

  public CostTable {
    rows = List.copyOf(rows);
  }

  /**
   * One run.
   *
   * @param name of its folder
   * @param method Lens, instruction tuning, either with LoRA
   * @param cost as the run says
   */
  public record Row(String name, String method, RunCost cost) {
    double share() {
      return cost.weights() == 0 ? Double.NaN : (double) cost.trainedWeights() / cost.weights();
    }

    double tokensPerSecond() {
      return cost.seconds() == 0 ? Double.NaN : cost.tokens() / cost.seconds();
    }

    double cpuSeconds() {
      return cost.cpuSeconds() == 0 ? Double.NaN : cost.cpuSeconds();
    }

    double megabytes() {
      return cost.peakBytes() == 0 ? Double.NaN : cost.peakBytes() / 1e6;
    }
  }

  /**
   * Reads run folders of lens train or {@link org.lensdl4j.lens.tune.InstructionTuning}.
   *
   * @throws LensException naming a folder that does not say what it has cost
   */
  public static CostTable of(List<Path> runs) {
    List<Row> rows = new ArrayList<>();
    for (Path run : runs) {
      JsonNode config = JsonFiles.read(run.resolve("run.json")).path("config");
      RunCost cost =
          RunCost.read(run)
              .orElseThrow(
                  () ->
                      new LensException(
                          "run %s does not say what it has cost: it was trained by an earlier version"
                              .formatted(run)));
      rows.add(new Row(String.valueOf(run.getFileName()), method(config), cost));
    }
    if (rows.isEmpty()) {
      throw new LensException("cost: found no run, expected at least 1");
    }
    return new CostTable(rows);
  }

  private static String method(JsonNode config) {
    String named = config.path("method").asText();
    if (!named.isEmpty()) {
      return named;
    }
    return config.path("loraRank").asInt() > 0 ? "Lens with LoRA" : "Lens";
  }

  /** The figures as files. */
  public Analysis analysis() {
    String title = "What the runs cost";
    return new Analysis(
        NAME,
        title,
        finding(),
        Map.of("runs", String.join(",", rows.stream().map(Row::name).toList())),
        csv(),
        chart(title));
  }

  private String chart(String title) {
    SmallMultiples.Builder all =
        CandidateCharts.panels(title, "One run each; times depend on what else the machine does.");
    panel(all, "seconds of training", r -> r.cost().seconds());
    panel(all, "CPU seconds of training", Row::cpuSeconds);
    panel(all, "seconds for the states", r -> r.cost().stateSeconds());
    panel(all, "peak resident memory, MB", Row::megabytes);
    panel(all, "tokens trained on", r -> r.cost().tokens());
    panel(all, "trained share, % of weights", r -> 100 * r.share());
    return all.build().svgFile();
  }

  private void panel(SmallMultiples.Builder all, String name, ToDoubleFunction<Row> of) {
    double[] values = rows.stream().mapToDouble(of).toArray();
    List<String> names = rows.stream().map(Row::name).toList();
    all.panel(name, BarChart.builder().categories(names).series("", values).build());
  }

  private String finding() {
    Row fastest =
        rows.stream().min(Comparator.comparingDouble(r -> r.cost().seconds())).orElseThrow();
    List<String> parts = new ArrayList<>();
    for (Row r : rows) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%s (%s) %s s (CPU %s s) for %d tokens with %s of the weights trained",
              r.name(),
              r.method(),
              Words.number(r.cost().seconds()),
              Words.number(r.cpuSeconds()),
              r.cost().tokens(),
              Words.percent(r.share())));
    }
    return "Training took: %s; %s took least. One run each: how much times vary it cannot show, and states that an earlier run left in the cache cost the later ones nothing."
        .formatted(String.join("; ", parts), fastest.name());
  }

  private String csv() {
    Csv csv =
        new Csv(
            "run",
            "method",
            "seconds",
            "cpu_seconds",
            "state_seconds",
            "tokens",
            "tokens_per_second",
            "trained_weights",
            "weights",
            "trained_share",
            "peak_megabytes");
    for (Row r : rows) {
      csv.row(
          r.name(),
          r.method(),
          r.cost().seconds(),
          r.cpuSeconds(),
          r.cost().stateSeconds(),
          r.cost().tokens(),
          r.tokensPerSecond(),
          r.cost().trainedWeights(),
          r.cost().weights(),
          r.share(),
          r.megabytes());
    }
    return csv.toString();
  }
}
