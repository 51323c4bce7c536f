package org.lensdl4j.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Better;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Figure.Change;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.lab.measure.Verdict;

/** Every figure with its interval, as tables. */
final class FiguresPart {
  private final EvaluationData evaluation;

  FiguresPart(EvaluationData evaluation) {
    this.evaluation = evaluation;
  }

  void write(Html out) {
    Html aside = new Html();
    for (List<Figure> table : tables().values()) {
      table(table.get(0).metric().headline() ? out : aside, table);
    }
    if (!aside.toString().isEmpty()) {
      out.open("details").element("summary", "Further figures, which do not count for the verdict");
      out.append(aside).close("details");
    }
    out.open("p", "class", "note");
    out.text(
        String.format(
                Locale.ROOT,
                "Changes are of the same items, against %s. 95 %% intervals by bootstrap over items, parallel",
                evaluation.columns().get(0))
            + " ones drawn together. p: McNemar's exact test for choices in one language, the"
            + " bootstrap's otherwise, after Holm's correction over all figures of a column that count"
            + " for the verdict. Other languages: the mean of all but "
            + Languages.name(evaluation.central())
            + ".");
    out.close("p");
  }

  private Map<String, List<Figure>> tables() {
    Map<String, List<Figure>> out = new LinkedHashMap<>();
    for (Figure f : evaluation.figures()) {
      if (f.metric().layer() == 0) {
        out.computeIfAbsent(f.task() + "\0" + f.metric().name(), k -> new ArrayList<>()).add(f);
      }
    }
    return out;
  }

  private void table(Html out, List<Figure> figures) {
    Figure first = figures.get(0);
    Metric metric = first.metric();
    double chance = metric.chance();
    StringBuilder caption = new StringBuilder(first.plain());
    caption.append(metric.about().isEmpty() ? "" : ": " + metric.about());
    caption.append(metric.better() == Better.NEITHER ? "" : "; " + metric.better().words());
    caption.append(chance > 0 ? "; guessing reaches " + Format.number(chance) : "");
    out.openTable(caption.toString(), "language", "model", "value", "change", "verdict");
    Map<String, List<Figure>> rows = new LinkedHashMap<>();
    figures.forEach(f -> rows.computeIfAbsent(f.language(), l -> new ArrayList<>()).add(f));
    rows.forEach(
        (language, own) -> {
          for (int i = 0; i < own.size(); i++) {
            out.open("tr");
            if (i == 0) {
              out.open("th", "scope", "row", "rowspan", Integer.toString(own.size()));
              out.text(Languages.name(language));
              out.element("small", Format.count(own.get(0).items()) + " items").close("th");
            }
            row(out, own.get(i));
            out.close("tr");
          }
        });
    out.closeTable();
  }

  private static void row(Html out, Figure f) {
    out.element("td", f.column());
    out.open("td", "class", "n").text(Format.number(f.value().value()));
    if (Double.isFinite(f.value().low())) {
      out.element("small", Format.interval(f.value()));
    }
    out.close("td");
    Change c = f.change();
    if (c == null) {
      out.element("td", "").element("td", "");
      return;
    }
    out.open("td", "class", "n").text(Format.signed(c.difference().value()));
    out.element("small", Format.signedInterval(c.difference())).close("td");
    Judgement judgement = Judgement.of(c.verdict());
    out.open("td", "class", "v " + judgement.style());
    out.element("span", judgement.sign(), "aria-hidden", "true");
    out.text(" " + (c.verdict() == Verdict.NONE ? "none shown" : c.verdict().id()));
    if (Double.isFinite(c.adjusted())) {
      out.element("small", Format.p(c.adjusted()));
    }
    out.close("td");
  }
}
