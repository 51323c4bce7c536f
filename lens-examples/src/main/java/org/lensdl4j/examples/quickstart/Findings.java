package org.lensdl4j.examples.quickstart;

import java.util.List;
import java.util.Locale;
import org.lensdl4j.examples.report.BarChart;
import org.lensdl4j.examples.report.TextTable;
import org.lensdl4j.lens.measure.Change;
import org.lensdl4j.lens.measure.Comparison;
import org.lensdl4j.lens.measure.Measure;

/** Says in a table, a few sentences and a picture what a comparison found, and what it did not. */
public final class Findings {
  private static final List<Measure> COLUMNS =
      List.of(
          Measure.RETRIEVAL_TO_CENTRAL,
          Measure.COSINE,
          Measure.DISPLACEMENT,
          Measure.BITS_PER_BYTE);

  private final Comparison comparison;
  private final List<String> languages;

  /** Findings of a comparison. */
  public Findings(Comparison comparison) {
    this.comparison = comparison;
    this.languages =
        comparison.changes().stream()
            .filter(c -> c.measure() == Measure.BITS_PER_BYTE)
            .map(Change::language)
            .toList();
  }

  /** One row per language: figures before and after, those that changed clearly with a star. */
  public String table() {
    String central = comparison.central();
    TextTable table =
        new TextTable(
            "language", "finds its " + central, "cosine to " + central, "moved", "bits per byte");
    for (String language : languages) {
      String[] cells = new String[COLUMNS.size() + 1];
      cells[0] = language;
      for (int i = 0; i < COLUMNS.size(); i++) {
        cells[i + 1] = language.equals(central) && i < 3 ? "-" : cell(COLUMNS.get(i), language);
      }
      table.row(cells);
    }
    return table.toString();
  }

  private String cell(Measure measure, String language) {
    Change c = comparison.get(measure, language);
    String star = c.difference().excludesZero() ? " *" : "  ";
    String format = measure == Measure.RETRIEVAL_TO_CENTRAL ? "%.2f" : "%.4f";
    if (measure == Measure.DISPLACEMENT) {
      return String.format(Locale.ROOT, "%+.3f", c.after()) + star;
    }
    return String.format(Locale.ROOT, format + " -> " + format, c.before(), c.after()) + star;
  }

  /** What the table means and what it shows, line by line. */
  public List<String> sentences() {
    String central = comparison.central();
    Change drift = comparison.get(Measure.DRIFT, central);
    return List.of(
        "%d texts per language that training did not see. * the 95 %% bootstrap interval of the change leaves 0 out."
            .formatted(comparison.items()),
        "finds its %s: share of texts whose nearest %s state is their translation; moved: along the language's direction, aim 1."
            .formatted(central, central),
        verdict("finding the translation", Measure.RETRIEVAL_TO_CENTRAL, 1),
        verdict("cosine", Measure.COSINE, 1),
        verdict("bits per byte", Measure.BITS_PER_BYTE, -1),
        String.format(
            Locale.ROOT,
            "%s itself moved by %.2f %% of its length.",
            central,
            100 * drift.after()));
  }

  private String verdict(String what, Measure measure, int good) {
    int better = 0;
    int worse = 0;
    int all = 0;
    for (Change c : comparison.changes()) {
      if (c.measure() == measure) {
        all++;
        if (c.difference().excludesZero()) {
          boolean up = c.difference().value() * good > 0;
          better += up ? 1 : 0;
          worse += up ? 0 : 1;
        }
      }
    }
    return better + worse == 0
        ? "%s: no clear change in any of %d languages.".formatted(what, all)
        : "%s: better in %d, worse in %d, no clear change in %d of %d languages."
            .formatted(what, better, worse, all - better - worse, all);
  }

  /** The figures as a picture. */
  public String svg(String title) {
    BarChart chart = new BarChart(title);
    String central = comparison.central();
    add(chart, "finds its " + central + " translation (higher is better)", COLUMNS.get(0));
    add(chart, "cosine to " + central + " (higher is nearer)", COLUMNS.get(1));
    add(chart, "bits per byte (lower is better)", Measure.BITS_PER_BYTE);
    return chart.toSvg();
  }

  private void add(BarChart chart, String title, Measure measure) {
    List<Change> found = comparison.changes().stream().filter(c -> c.measure() == measure).toList();
    chart.panel(
        title,
        found.stream().map(Change::language).toList(),
        found.stream().mapToDouble(Change::before).toArray(),
        found.stream().mapToDouble(Change::after).toArray());
  }
}
