package org.lensdl4j.examples.quickstart;

import java.util.List;
import java.util.Locale;
import org.lensdl4j.examples.report.TextTable;
import org.lensdl4j.lab.chart.BarChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Change;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lab.measure.Measure;

/** Says in a table, a few sentences and a picture what a comparison found, and what it did not. */
public final class Findings {
  private static final List<Measure> COLUMNS =
      List.of(
          Measure.RETRIEVAL_TO_CENTRAL,
          Measure.COSINE,
          Measure.AGNOSTIC_GAP,
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
            "language", "finds its " + central, "cosine", "gap", "moved", "bits per byte");
    for (String language : languages) {
      String[] cells = new String[COLUMNS.size() + 1];
      cells[0] = language;
      for (int i = 0; i < COLUMNS.size(); i++) {
        cells[i + 1] = language.equals(central) && i < 4 ? "-  " : cell(COLUMNS.get(i), language);
      }
      table.row(cells);
    }
    return table.toString();
  }

  private String cell(Measure measure, String language) {
    Change c = comparison.get(measure, language);
    String star = c.difference().excludesZero() ? " *" : "  ";
    if (measure == Measure.DISPLACEMENT) {
      return String.format(Locale.ROOT, "%+.3f", c.after()) + star;
    }
    boolean coarse = measure == Measure.RETRIEVAL_TO_CENTRAL;
    String format = coarse ? "%.2f -> %.2f" : "%.3f -> %.3f";
    return String.format(Locale.ROOT, format, c.before(), c.after()) + star;
  }

  /** What the table means and what it shows, line by line. */
  public List<String> sentences() {
    String central = comparison.central();
    Change drift = comparison.get(Measure.DRIFT, central);
    return List.of(
        String.format(
            Locale.ROOT,
            "On %d texts per language that training did not see; *: the change's 95 %% interval leaves 0 out.",
            comparison.items()),
        String.format(
            Locale.ROOT,
            "finds its %s: share of texts whose nearest %s state is their translation",
            central,
            central),
        String.format(
            Locale.ROOT, "cosine:       of a text's state and its translation's in %s", central),
        "gap:          between the two in the subspace that all languages share; aim 0",
        "moved:        along the language's own direction, in lengths of it; aim 1",
        "",
        verdict("Finding translations", Measure.RETRIEVAL_TO_CENTRAL),
        verdict("The gap", Measure.AGNOSTIC_GAP),
        verdict("Bits per byte", Measure.BITS_PER_BYTE),
        String.format(
            Locale.ROOT,
            "The states of %s itself changed by %.1f %% of their length.",
            central,
            100 * drift.after()));
  }

  private String verdict(String what, Measure measure) {
    int up = 0;
    int down = 0;
    int all = 0;
    double largest = 0;
    for (Change c : comparison.changes()) {
      if (c.measure() == measure) {
        all++;
        double change = c.difference().value();
        largest = Math.abs(change) > Math.abs(largest) ? change : largest;
        if (c.difference().excludesZero()) {
          up += change > 0 ? 1 : 0;
          down += change < 0 ? 1 : 0;
        }
      }
    }
    String most = String.format(Locale.ROOT, "largest change %+.4f", largest);
    return up + down == 0
        ? String.format(
            Locale.ROOT,
            "%s: no change beyond chance in any of %d languages (%s).",
            what,
            all,
            most)
        : String.format(
            Locale.ROOT,
            "%s: up in %d, down in %d, no change beyond chance in %d of %d languages (%s).",
            what,
            up,
            down,
            all - up - down,
            all,
            most);
  }

  /** The figures as a picture: an SVG file. */
  public String svg(String title) {
    SmallMultiples.Builder all = SmallMultiples.builder().title(title).width(960).panelWidth(300);
    for (Measure measure :
        List.of(Measure.DISPLACEMENT, Measure.AGNOSTIC_GAP, Measure.BITS_PER_BYTE)) {
      List<Change> found =
          comparison.changes().stream().filter(c -> c.measure() == measure).toList();
      String good = measure == Measure.DISPLACEMENT ? "aim: 1" : measure.better().words();
      all.panel(
          String.format(Locale.ROOT, "%s (%s)", measure.plain(), good),
          BarChart.builder()
              .categories(found.stream().map(Change::language).toList())
              .series("before", found.stream().mapToDouble(Change::before).toArray())
              .series("after", found.stream().mapToDouble(Change::after).toArray())
              .build());
    }
    return all.build().svgFile();
  }
}
