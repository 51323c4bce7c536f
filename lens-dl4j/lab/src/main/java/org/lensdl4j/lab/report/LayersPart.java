package org.lensdl4j.lab.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
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
      if (f.task().equals(Figure.STATES) && f.language().equals(language)) {
        last = Math.max(last, f.metric().layer());
      }
    }
    for (Figure f : evaluation.figures()) {
      if (f.task().equals(Figure.STATES) && f.language().equals(language)) {
        String metric = f.plain();
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
    StringBuilder caption = new StringBuilder();
    values.forEach(
        (metric, columns) -> {
          if (columns.values().stream().noneMatch(m -> m.size() > 1)) {
            return;
          }
          String what = about.get(metric);
          caption.append(what.isEmpty() ? "" : metric + ": " + what + ". ");
          OptionalDouble constant = constant(columns.values());
          if (constant.isPresent()) {
            // One agnostic direction: its cosine is a sign, and there is nothing to see.
            String value = Format.number(constant.getAsDouble());
            caption.append(
                String.format(
                    Locale.ROOT, "It is %s after every layer, without a picture. ", value));
            return;
          }
          LineChart.Builder panel = LineChart.builder().xLabel("layer").wholeX();
          columns.forEach(
              (column, byLayer) ->
                  panel.series(
                      column,
                      byLayer.keySet().stream().mapToDouble(Integer::doubleValue).toArray(),
                      byLayer.values().stream().mapToDouble(Double::doubleValue).toArray()));
          chart.panel(metric, panel.build());
        });
    out.figure(chart.build(), caption.toString().strip());
  }

  /** The value that all have, in every column and after every layer. */
  private static OptionalDouble constant(Collection<Map<Integer, Double>> columns) {
    double[] all = columns.stream().flatMap(m -> m.values().stream()).mapToDouble(v -> v).toArray();
    boolean same = Arrays.stream(all).allMatch(v -> Math.abs(v - all[0]) < 1e-6);
    return same ? OptionalDouble.of(all[0]) : OptionalDouble.empty();
  }
}
