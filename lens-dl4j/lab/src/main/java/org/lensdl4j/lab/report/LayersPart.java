package org.lensdl4j.lab.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.lab.chart.LineChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Figure;

/** Measures of hidden states, layer by layer. */
final class LayersPart {
  private final EvaluationData evaluation;

  LayersPart(EvaluationData evaluation) {
    this.evaluation = evaluation;
  }

  boolean isEmpty() {
    return evaluation.figures().stream().noneMatch(f -> f.metric().layer() > 0);
  }

  void write(Html out) {
    List<String> languages =
        evaluation.figures().stream()
            .filter(f -> f.metric().layer() > 0)
            .map(Figure::language)
            .distinct()
            .toList();
    boolean pooled = languages.contains(Figure.POOLED);
    if (pooled) {
      chart(out, Figure.POOLED);
      out.open("details").element("summary", "Language by language");
    }
    languages.stream().filter(l -> !l.equals(Figure.POOLED)).forEach(l -> chart(out, l));
    if (pooled) {
      out.close("details");
    }
  }

  private void chart(Html out, String language) {
    // metric, column, layer
    Map<String, Map<String, Map<Integer, Double>>> values = new LinkedHashMap<>();
    Map<String, String> about = new LinkedHashMap<>();
    int last = 0;
    for (Figure f : evaluation.figures()) {
      if (f.task().equals(EvaluationData.STATES) && f.language().equals(language)) {
        last = Math.max(last, f.metric().layer());
      }
    }
    for (Figure f : evaluation.figures()) {
      if (f.task().equals(EvaluationData.STATES) && f.language().equals(language)) {
        String metric = f.metric().measure();
        about.putIfAbsent(metric, f.metric().about());
        values
            .computeIfAbsent(metric, m -> new LinkedHashMap<>())
            .computeIfAbsent(f.column(), c -> new TreeMap<>())
            .put(f.metric().layer() == 0 ? last + 1 : f.metric().layer(), f.value().value());
      }
    }
    SmallMultiples.Builder chart =
        SmallMultiples.builder()
            .title("Hidden states layer by layer: " + Languages.name(language))
            .panelWidth(220);
    values.forEach(
        (metric, columns) -> {
          boolean layered = columns.values().stream().anyMatch(m -> m.size() > 1);
          if (layered) {
            LineChart.Builder panel = LineChart.builder().xLabel("layer").wholeX();
            columns.forEach(
                (column, byLayer) ->
                    panel.series(
                        column,
                        byLayer.keySet().stream().mapToDouble(Integer::doubleValue).toArray(),
                        byLayer.values().stream().mapToDouble(Double::doubleValue).toArray()));
            chart.panel(metric, panel.build());
          }
        });
    StringBuilder caption = new StringBuilder();
    about.forEach(
        (metric, what) -> caption.append(what.isEmpty() ? "" : metric + ": " + what + ". "));
    out.figure(chart.build(), caption.toString().strip());
  }
}
