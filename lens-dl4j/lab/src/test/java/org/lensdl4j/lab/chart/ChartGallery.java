package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Charts of every kind with awkward data, to test and to look at. */
public final class ChartGallery {
  private static final List<String> NAMES =
      List.of("en", "zh", "ja", "ko", "ar", "bn", "sw", "fr", "de", "th", "ur", "yo");
  private static final List<String> LONG =
      List.of(
          "SmolLM2-135M-Instruct, top 2 layers, rank 6, separate 1.0",
          "الإعلان العالمي لحقوق الإنسان",
          "মানবাধিকারের সর্বজনীন ঘোষণাপত্র",
          "世界人権宣言の前文と第一条",
          "<script>alert(1)</script> & \"quotes\"",
          "עברית");

  private ChartGallery() {}

  /** By name. */
  public static Map<String, Chart> all() {
    Map<String, Chart> out = new LinkedHashMap<>();
    out.put("lines-2", lines(NAMES.subList(0, 2), true));
    out.put("lines-12", lines(NAMES, false));
    out.put("lines-long", lines(LONG, false));
    out.put("lines-log", log());
    out.put("lines-gaps", gaps());
    out.put("lines-empty", LineChart.builder().title("Nothing").xLabel("x").build());
    out.put("lines-steps", steps());
    out.put("scatter", scatter(NAMES.subList(0, 7)));
    out.put("scatter-front", front());
    out.put("bars", bars(NAMES.subList(0, 7), false));
    out.put("bars-long", bars(LONG, false));
    out.put("bars-dots", bars(NAMES.subList(0, 5), true));
    out.put("multiples", multiples());
    out.put("multiples-scatter", multipleScatters());
    out.put("heat", heat(NAMES.subList(0, 7), NAMES.subList(0, 7)));
    out.put("heat-long", heat(LONG, LONG));
    out.put("heat-wide", heat(NAMES, NAMES));
    out.put("parallel", parallel());
    return out;
  }

  private static double[] x(int n) {
    return IntStream.range(0, n).mapToDouble(i -> i).toArray();
  }

  static Chart lines(List<String> names, boolean bands) {
    LineChart.Builder chart =
        LineChart.builder()
            .title("Accuracy by the number of layers that are trained, on texts held out")
            .xLabel("layers trained")
            .yLabel("accuracy")
            .wholeX()
            .reference("guessing", 0.5);
    Random random = new Random(7);
    for (String name : names) {
      double[] y = x(9);
      double[] low = x(9);
      double[] high = x(9);
      for (int i = 0; i < 9; i++) {
        y[i] = 0.55 + 0.2 * Math.sqrt(i / 8.0) * random.nextDouble() + 0.02 * random.nextDouble();
        low[i] = y[i] - 0.03;
        high[i] = y[i] + 0.03;
      }
      if (bands) {
        chart.series(name, x(9), y, low, high);
      } else {
        chart.series(name, x(9), y);
      }
    }
    return chart.build();
  }

  private static Chart log() {
    double[] x = {1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 0};
    double[] y = {2.1, 1.2, 0.3, 0.08, 0.011, 1};
    return LineChart.builder()
        .title("Gap by learning rate")
        .xLabel("learning rate")
        .yLabel("gap")
        .logX()
        .logY()
        .series("zh", x, y)
        .series("sw", x, new double[] {4, 3, 2, 1, -1, 0.5})
        .build();
  }

  private static Chart gaps() {
    double nan = Double.NaN;
    return LineChart.builder()
        .title("Gaps and infinities")
        .series("a", x(6), new double[] {1, 2, nan, 3, Double.POSITIVE_INFINITY, 2})
        .series("nothing", x(6), new double[] {nan, nan, nan, nan, nan, nan})
        .series("level", x(6), new double[] {2, 2, 2, 2, 2, 2})
        .build();
  }

  private static Chart steps() {
    Random random = new Random(3);
    double[] y = x(3000);
    double[] z = x(3000);
    for (int i = 0; i < y.length; i++) {
      y[i] = 3 * Math.exp(-i / 700.0) + 0.2 * random.nextGaussian();
      z[i] = 1 + 0.05 * random.nextGaussian();
    }
    return LineChart.builder()
        .title("Loss terms")
        .xLabel("step")
        .series("align", x(3000), y)
        .series("separate", x(3000), z)
        .build();
  }

  static Chart scatter(List<String> names) {
    ScatterChart.Builder chart =
        ScatterChart.builder()
            .title("States of layer 30")
            .xLabel("component 1 (41 % of the variance)")
            .yLabel("component 2 (17 %)")
            .labelGroups();
    Random random = new Random(5);
    for (int k = 0; k < names.size(); k++) {
      double[] x = x(25);
      double[] y = x(25);
      for (int i = 0; i < x.length; i++) {
        x[i] = 4 * Math.cos(k) + random.nextGaussian() * 0.6;
        y[i] = 3 * Math.sin(k) + random.nextGaussian() * 0.6;
      }
      chart.series(names.get(k), x, y);
    }
    return chart.build();
  }

  private static Chart front() {
    Random random = new Random(5);
    double[] x = x(20);
    double[] y = x(20);
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextDouble() * 0.1;
      y[i] = 0.2 - x[i] * random.nextDouble();
      labels.add("candidate " + (i + 1));
    }
    return ScatterChart.builder()
        .title("Gain against what English lost")
        .xLabel("drift of English")
        .yLabel("gain")
        .series("candidates", x, y, labels)
        .line("front", new double[] {0, 0.04, 0.1}, new double[] {0.15, 0.19, 0.2})
        .build();
  }

  static Chart bars(List<String> names, boolean dots) {
    Random random = new Random(9);
    double[] a = x(names.size());
    double[] b = x(names.size());
    double[] low = x(names.size());
    double[] high = x(names.size());
    for (int i = 0; i < a.length; i++) {
      a[i] = dots ? random.nextGaussian() * 0.04 : random.nextDouble();
      b[i] = dots ? random.nextGaussian() * 0.04 : random.nextDouble();
      low[i] = b[i] - 0.05;
      high[i] = b[i] + 0.05;
    }
    b[1] = Double.NaN;
    BarChart.Builder chart =
        BarChart.builder().title("Finds its English").xLabel("share of texts").categories(names);
    if (dots) {
      return chart.dots().include(0).series("", b, low, high).build();
    }
    return chart.series("before", a).series("after", b, low, high).build();
  }

  private static Chart multiples() {
    SmallMultiples.Builder out = SmallMultiples.builder().title("Per language").sharedY();
    Random random = new Random(11);
    for (String name : NAMES.subList(0, 5)) {
      double[] before = x(8);
      double[] after = x(8);
      for (int i = 0; i < 8; i++) {
        before[i] = random.nextDouble();
        after[i] = before[i] + 0.2 * random.nextDouble();
      }
      out.panel(
          name,
          LineChart.builder()
              .xLabel("layer")
              .series("before", x(8), before)
              .series("after", x(8), after)
              .build());
    }
    return out.build();
  }

  private static Chart multipleScatters() {
    return SmallMultiples.builder()
        .title("Before and after")
        .sharedX()
        .sharedY()
        .panel("before", scatter(NAMES.subList(0, 4)))
        .panel("after", scatter(NAMES.subList(0, 4)))
        .build();
  }

  static Chart heat(List<String> rows, List<String> columns) {
    Random random = new Random(13);
    double[][] values = new double[rows.size()][columns.size()];
    for (double[] row : values) {
      for (int c = 0; c < row.length; c++) {
        row[c] = random.nextGaussian() * 0.1;
      }
    }
    values[0][1] = Double.NaN;
    return HeatMap.builder()
        .title("Trained on, measured in")
        .rowLabel("trained on")
        .columnLabel("measured in")
        .rows(rows)
        .columns(columns)
        .values(values)
        .build();
  }

  private static Chart parallel() {
    Random random = new Random(17);
    int n = 30;
    double[] rate = x(n);
    double[] layers = x(n);
    double[] score = x(n);
    List<String> schedule = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rate[i] = Math.pow(10, -6 + 2 * random.nextDouble());
      layers[i] = 1 + random.nextInt(4);
      schedule.add(List.of("constant", "linear", "cosine").get(random.nextInt(3)));
      score[i] = random.nextDouble();
    }
    score[4] = Double.NaN;
    return ParallelCoordinates.builder()
        .title("Candidates of the search")
        .axis("learning rate", rate, true)
        .axis("layers", layers, false)
        .axis("schedule", schedule)
        .axis("score", score, false)
        .best(score, true, 3)
        .build();
  }
}
