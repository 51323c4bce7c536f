package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.lab.chart.LineChart;
import org.lensdl4j.lab.chart.SmallMultiples;

/** Loss terms, gradient and rate of every optimiser step. */
final class TrainingPart {
  private static final Map<String, String> WORDS =
      Map.of(
          "loss", "loss, weighted sum",
          "gradientNorm", "norm of the gradient",
          "learningRate", "learning rate",
          "retain", "retain",
          "contrast", "contrast",
          "align", "align, unweighted",
          "separate", "separate, unweighted");

  private TrainingPart() {}

  static void write(Html out, RunData run) {
    run.problems().forEach(p -> out.element("p", p, "class", "missing"));
    if (!run.finished()) {
      out.element(
          "p",
          String.format(
              Locale.ROOT, "Run %s is not finished: it holds no trained.safetensors.", run.name()),
          "class",
          "missing");
    }
    if (run.steps().isEmpty()) {
      return;
    }
    // panel, series, values by step
    Map<String, Map<String, double[]>> panels = new LinkedHashMap<>();
    int n = run.steps().size();
    double[] steps = new double[n];
    for (int i = 0; i < n; i++) {
      JsonNode step = run.steps().get(i);
      steps[i] = step.path("step").asDouble();
      for (Map.Entry<String, JsonNode> e : step.properties()) {
        if (e.getValue().isObject()) {
          for (Map.Entry<String, JsonNode> v : e.getValue().properties()) {
            put(panels, e.getKey(), v.getKey(), v.getValue(), i, n);
          }
        } else if (WORDS.containsKey(e.getKey())) {
          put(panels, e.getKey(), "", e.getValue(), i, n);
        }
      }
    }
    SmallMultiples.Builder chart =
        SmallMultiples.builder()
            .title("Training of " + run.name())
            .description(String.format(Locale.ROOT, "Values of %d optimiser steps.", n))
            .panelWidth(220);
    List<String> order = new ArrayList<>(WORDS.size());
    order.addAll(List.of("loss", "align", "separate", "retain", "contrast", "gradientNorm"));
    order.add("learningRate");
    for (String name : order) {
      Map<String, double[]> series = panels.getOrDefault(name, Map.of());
      if (series.values().stream().allMatch(TrainingPart::isZero)) {
        continue;
      }
      LineChart.Builder panel = LineChart.builder().xLabel("step").wholeX();
      new TreeMap<>(series).forEach((s, y) -> panel.series(s, steps, y));
      chart.panel(WORDS.get(name), panel.build());
    }
    out.figure(
        chart.build(),
        "Terms are means over a step's texts. Losses of runs with other weights of the terms are on"
            + " other scales.");
  }

  private static void put(
      Map<String, Map<String, double[]>> panels,
      String panel,
      String series,
      JsonNode value,
      int i,
      int n) {
    Map<String, double[]> all = panels.computeIfAbsent(panel, p -> new LinkedHashMap<>());
    if (all.size() < 40 || all.containsKey(series)) {
      all.computeIfAbsent(
                  series,
                  s -> {
                    double[] none = new double[n];
                    java.util.Arrays.fill(none, Double.NaN);
                    return none;
                  })[i] =
          value.isNumber() ? value.asDouble() : Double.NaN;
    }
  }

  private static boolean isZero(double[] values) {
    return java.util.Arrays.stream(values).allMatch(v -> v == 0 || Double.isNaN(v));
  }
}
