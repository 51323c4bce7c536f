package org.lensdl4j.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lensdl4j.lab.chart.BarChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lens.train.RunCost;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * The cost of runs, of Lens and of the methods that it is compared with: time, memory, tokens,
 * trained weights. One run each, so there are no intervals.
 *
 * @param rows in the order asked for
 */
public record CostTable(List<Row> rows) {
  /** The name of its files. */
  public static final String NAME = "cost";

  /** Beyond this factor the smallest bar is too short to be seen. */
  private static final double MOST_AS_BARS = 30;

  public CostTable {
    rows = List.copyOf(rows);
  }

  /**
   * One run.
   *
   * @param name of its folder
   * @param method Lens, xSFT, QAlign, SDRRL, instruction tuning of other data; with LoRA
   * @param machine that it ran on, as an outside run says; empty if it does not
   * @param outside whether another program made the run, so that its figures are only reported
   * @param cost as the run says; 0 where it is not known
   */
  public record Row(String name, String method, String machine, boolean outside, RunCost cost) {
    double share() {
      return cost.weights() == 0 || cost.trainedWeights() == 0
          ? Double.NaN
          : (double) cost.trainedWeights() / cost.weights();
    }

    double seconds() {
      return known(cost.seconds());
    }

    double stateSeconds() {
      // A run of this program always knows, and 0 is that they lay in the cache.
      return outside ? known(cost.stateSeconds()) : cost.stateSeconds();
    }

    double tokens() {
      return known((double) cost.tokens());
    }

    private static double known(double x) {
      return x == 0 ? Double.NaN : x;
    }

    double tokensPerSecond() {
      return tokens() / seconds();
    }

    double cpuSeconds() {
      return known(cost.cpuSeconds());
    }

    double megabytes() {
      return known((double) cost.peakBytes()) / 1e6;
    }
  }

  /**
   * Reads run folders of lens train or {@link org.lensdl4j.lens.train.InstructionTuning}, and files
   * with the figures of runs that other programs made: a JSON object with {@code method}, any of
   * {@code seconds}, {@code cpuSeconds}, {@code stateSeconds}, {@code tokens}, {@code
   * trainedWeights}, {@code weights} and {@code peakBytes} (units as in {@link RunCost}), and if
   * wanted {@code name} and {@code machine}.
   *
   * @throws LensException naming a folder that does not say what it has cost, or a file and its
   *     field
   */
  public static CostTable of(List<Path> runs) {
    List<Row> rows = new ArrayList<>();
    for (Path run : runs) {
      rows.add(Files.isRegularFile(run) ? OutsideCost.read(run) : own(run));
    }
    if (rows.isEmpty()) {
      throw new LensException("cost: found no run, expected at least 1");
    }
    return new CostTable(rows);
  }

  private static Row own(Path run) {
    JsonNode config = JsonFiles.read(run.resolve("run.json")).path("config");
    RunCost cost =
        RunCost.read(run)
            .orElseThrow(
                () ->
                    new LensException(
                        String.format(
                            Locale.ROOT,
                            "run %s does not say what it has cost: it was trained by an earlier version",
                            run)));
    return new Row(
        String.valueOf(run.toAbsolutePath().normalize().getFileName()),
        method(config),
        "",
        false,
        cost);
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
    panel(all, "seconds of training", Row::seconds);
    panel(all, "CPU seconds of training", Row::cpuSeconds);
    panel(all, "seconds for the states", Row::stateSeconds);
    panel(all, "peak resident memory, GB", r -> r.megabytes() / 1000);
    panel(all, "tokens trained on", Row::tokens);
    panel(all, "trained share, % of weights", r -> 100 * r.share());
    return all.build().svgFile();
  }

  private void panel(SmallMultiples.Builder all, String name, ToDoubleFunction<Row> of) {
    double[] values = rows.stream().mapToDouble(of).toArray();
    double[] known = Arrays.stream(values).filter(v -> v > 0).sorted().toArray();
    if (known.length == 0) {
      return;
    }
    List<String> names = rows.stream().map(Row::name).toList();
    BarChart.Builder chart = BarChart.builder().categories(names).series("", values);
    if (known[known.length - 1] > MOST_AS_BARS * known[0]) {
      chart.log().xLabel("logarithmic");
    }
    all.panel(name, chart.build());
  }

  private String finding() {
    List<String> parts = rows.stream().map(CostTable::inWords).toList();
    List<Row> own = rows.stream().filter(r -> !r.outside()).toList();
    StringBuilder out = new StringBuilder("Training took: ").append(String.join("; ", parts));
    if (own.size() > 1) {
      Row fastest = own.stream().min(Comparator.comparingDouble(Row::seconds)).orElseThrow();
      out.append(own.size() == rows.size() ? "; " : "; of the runs made here ")
          .append(fastest.name())
          .append(" took least");
    }
    out.append(". One run each: how much times vary it cannot show");
    if (!own.isEmpty()) {
      out.append(", and states that an earlier run left in the cache cost the later ones nothing");
    }
    if (own.size() < rows.size()) {
      out.append(". Figures of ")
          .append(Words.list(rows.stream().filter(Row::outside).map(Row::name).toList()))
          .append(" were made elsewhere and are only reported; times and memory of other machines")
          .append(" and programs compare with these in order of size at most");
    }
    return out.append('.').toString();
  }

  private static String inWords(Row r) {
    List<String> parts = new ArrayList<>();
    if (!Double.isNaN(r.seconds())) {
      String cpu =
          Double.isNaN(r.cpuSeconds())
              ? ""
              : String.format(Locale.ROOT, " (CPU %s s)", Words.number(r.cpuSeconds()));
      parts.add(Words.number(r.seconds()) + " s" + cpu);
    }
    if (!Double.isNaN(r.tokens())) {
      parts.add(String.format(Locale.ROOT, "for %d tokens", r.cost().tokens()));
    }
    if (!Double.isNaN(r.share())) {
      parts.add(
          String.format(Locale.ROOT, "with %s of the weights trained", Words.percent(r.share())));
    }
    if (!Double.isNaN(r.megabytes())) {
      parts.add(String.format(Locale.ROOT, "in %s GB at most", Words.number(r.megabytes() / 1000)));
    }
    String where = r.machine().isEmpty() ? "" : ", on " + r.machine();
    String told = parts.isEmpty() ? "an unknown time" : String.join(" ", parts);
    return String.format(Locale.ROOT, "%s (%s%s) %s", r.name(), r.method(), where, told);
  }

  private String csv() {
    Csv csv =
        new Csv(
            "run",
            "method",
            "machine",
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
          r.machine(),
          r.seconds(),
          r.cpuSeconds(),
          r.stateSeconds(),
          count(r.cost().tokens()),
          r.tokensPerSecond(),
          count(r.cost().trainedWeights()),
          count(r.cost().weights()),
          r.share(),
          r.megabytes());
    }
    return csv.toString();
  }

  private static Long count(long known) {
    return known == 0 ? null : Long.valueOf(known);
  }
}
