package org.lensdl4j.lab.report;

import java.util.List;
import org.lensdl4j.lab.measure.Figure;

/** Runs, twins and other models against each other. */
final class ComparePart {
  private ComparePart() {}

  static void write(Html out, EvaluationData evaluation, List<Pairs.Pair> pairs) {
    out.openTable(
        "Which differs from which beyond chance, in evaluation " + evaluation.name(),
        "against",
        "model",
        "verdict",
        "where");
    for (Pairs.Pair pair : pairs) {
      List<Figure> single =
          pair.figures().stream().filter(f -> !f.language().equals(Figure.POOLED)).toList();
      Judgement judgement = Judgement.of(single);
      out.open("tr").rowHead(pair.from(), 1).element("td", pair.to());
      out.open("td", "class", "v " + judgement.style());
      out.element("span", judgement.sign(), "aria-hidden", "true");
      out.text(" " + judgement.words()).close("td");
      String where = places(single);
      out.element("td", where.isEmpty() ? "–" : where).close("tr");
    }
    out.closeTable();
    out.element(
        "p",
        "The same tests as above, with Holm's correction within each pair. steer and project change"
            + " states without training: a run that is not better than they are was not worth its"
            + " training on these items.",
        "class",
        "note");
  }

  private static String places(List<Figure> figures) {
    StringBuilder out = new StringBuilder();
    for (Figure f : figures) {
      Judgement one = Judgement.of(f.change().verdict());
      if (one == Judgement.BETTER || one == Judgement.WORSE || one == Judgement.CHANGED) {
        out.append(out.length() == 0 ? "" : "; ");
        out.append(one.style()).append(" at ").append(f.plain()).append(' ');
        out.append(f.language()).append(" (");
        out.append(Format.signed(f.change().difference().value())).append(')');
      }
    }
    return out.toString();
  }
}
