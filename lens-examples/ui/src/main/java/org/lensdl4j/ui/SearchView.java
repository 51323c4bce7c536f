package org.lensdl4j.ui;

import java.awt.Color;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.ui.api.Component;
import org.deeplearning4j.ui.api.LengthUnit;
import org.deeplearning4j.ui.components.component.ComponentDiv;
import org.deeplearning4j.ui.components.component.style.StyleDiv;
import org.deeplearning4j.ui.components.table.ComponentTable;
import org.deeplearning4j.ui.components.table.style.StyleTable;
import org.deeplearning4j.ui.components.text.ComponentText;
import org.deeplearning4j.ui.components.text.style.StyleText;

/** The sections of Arbiter's page, as the components that its script draws. */
final class SearchView {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private SearchView() {}

  /** The first section: how far it is, the best so far, charts. */
  static Component summary(ShownSearch search, Collection<ShownCandidate> candidates) {
    Optional<ShownCandidate> best = best(search, candidates);
    List<String[]> rows = new ArrayList<>();
    rows.add(row("Models Completed", count(candidates, CandidateStatus.Complete)));
    long running = candidates.stream().filter(c -> !c.isDone()).count();
    rows.add(row("Models Queued/Running", Long.toString(running)));
    rows.add(row("Models Failed", count(candidates, CandidateStatus.Failed)));
    rows.add(row("Models Total", Integer.toString(candidates.size())));
    long over = candidates.stream().filter(ShownCandidate::overBudget).count();
    rows.add(row("Models Over Budget", Long.toString(over)));
    rows.add(row("Best Score", best.map(c -> SearchTexts.value(c.score())).orElse("")));
    rows.add(
        row(
            "Best Scoring Model",
            best.map(
                    c ->
                        String.format(
                            Locale.ROOT, "Model %d, found at %s", c.index(), time(c.ended())))
                .orElse("")));
    rows.add(row("Optimization Runner", search.runner()));
    rows.add(row("Execution Start Time", time(search.started())));
    rows.add(row("Total Runtime", duration(last(candidates) - search.started(), search)));
    List<Component> out = new ArrayList<>();
    out.add(table(List.of("Status", ""), rows, 30, 70));
    best.ifPresent(
        c -> {
          out.add(space());
          out.add(table(List.of("Best Model So Far", ""), rows(c.parameters()), 30, 70));
        });
    List<String[]> ends = search.ends().stream().map(e -> row("Termination Condition", e)).toList();
    out.add(space());
    out.add(table(List.of("Termination Condition", ""), ends, 30, 70));
    out.addAll(SearchCharts.scores(search, candidates));
    return all(out);
  }

  /** The second section: what is searched, and how. */
  static Component settings(ShownSearch search) {
    return all(
        List.of(
            table(List.of("Configuration", "Value"), rows(search.settings()), 30, 70),
            space(),
            table(
                List.of("Hyperparameter", "Hyperparameter Configuration"),
                rows(search.space()),
                30,
                70)));
  }

  /** The last section: one candidate. */
  static Component candidate(ShownSearch search, ShownCandidate c) {
    List<String[]> rows = new ArrayList<>();
    rows.add(row("Model Index", Integer.toString(c.index())));
    rows.add(row("Status", c.overBudget() ? c.status() + ", over budget" : c.status().toString()));
    rows.add(row("Model Score", c.score() == null ? "" : SearchTexts.value(c.score())));
    rows.add(row("Created", time(c.created())));
    rows.add(row("Runtime", c.ended() == 0 ? "" : duration(c.ended() - c.created(), search)));
    rows.add(row("Total Number of Model Updates", Integer.toString(c.losses().size())));
    List<Component> out = new ArrayList<>();
    out.add(table(List.of("Model Information", ""), rows, 30, 70));
    out.add(space());
    List<String[]> parameters = new ArrayList<>();
    c.parameters()
        .forEach(
            (name, value) ->
                parameters.add(row(name, value, search.space().getOrDefault(name, ""))));
    out.add(
        table(
            List.of("Hyperparameter", "Model Value", "Hyperparameter Space"),
            parameters,
            25,
            25,
            50));
    if (!c.measures().isEmpty()) {
      out.add(space());
      out.add(
          table(
              List.of("Mean of the target languages", "Before", "After", "Change [95 %]"),
              c.measures().stream().map(r -> r.toArray(String[]::new)).toList(),
              30,
              20,
              20,
              30));
    }
    out.addAll(SearchCharts.losses(c));
    if (!c.details().isEmpty()) {
      out.addAll(text("Model Configuration", c.details()));
    }
    if (c.error() != null) {
      out.addAll(text("Model Exception - Stack Trace", c.error()));
    }
    return all(out);
  }

  /** Instead of a candidate that is not there. */
  static Component nothing(String candidate) {
    return new ComponentText.Builder("No results found for model " + candidate + ".", size(12))
        .build();
  }

  static Optional<ShownCandidate> best(ShownSearch search, Collection<ShownCandidate> candidates) {
    Comparator<ShownCandidate> byScore = Comparator.comparing(ShownCandidate::score);
    Comparator<ShownCandidate> better = search.minimize() ? byScore.reversed() : byScore;
    // Of equal ones the first, as Arbiter and the search do.
    return candidates.stream()
        .filter(ShownCandidate::counts)
        .max(better.thenComparing(Comparator.comparing(ShownCandidate::index).reversed()));
  }

  private static long last(Collection<ShownCandidate> candidates) {
    return candidates.stream().mapToLong(ShownCandidate::ended).max().orElse(0);
  }

  private static String count(Collection<ShownCandidate> candidates, CandidateStatus status) {
    return Long.toString(candidates.stream().filter(c -> c.status() == status).count());
  }

  private static String time(long millis) {
    return millis <= 0
        ? ""
        : TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }

  private static String duration(long millis, ShownSearch search) {
    if (search.started() == 0 || millis < 0) {
      return "";
    }
    long s = Math.round(millis / 1000.0);
    String seconds = s % 60 + " sec";
    return s < 60
        ? seconds
        : s < 3600
            ? String.format(Locale.ROOT, "%d min %s", s / 60, seconds)
            : String.format(Locale.ROOT, "%d hr %d min %s", s / 3600, s / 60 % 60, seconds);
  }

  private static String[] row(String... cells) {
    return cells;
  }

  private static List<String[]> rows(Map<String, String> map) {
    return map.entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList();
  }

  private static ComponentTable table(List<String> header, List<String[]> rows, double... widths) {
    StyleTable style =
        new StyleTable.Builder()
            .width(100, LengthUnit.Percent)
            .backgroundColor(Color.WHITE)
            .borderWidth(1)
            .columnWidths(LengthUnit.Percent, widths)
            .build();
    return new ComponentTable.Builder(style)
        .header(header.toArray(String[]::new))
        .content(rows.toArray(String[][]::new))
        .build();
  }

  private static List<Component> text(String title, String text) {
    StyleText plain = new StyleText.Builder().fontSize(10).whitespacePre(true).build();
    return List.of(
        space(),
        all(List.of(new ComponentText.Builder(title, size(12)).build())),
        all(List.of(new ComponentText.Builder(text, plain).build())));
  }

  private static StyleText size(double points) {
    return new StyleText.Builder().fontSize(points).build();
  }

  private static Component space() {
    return new ComponentDiv(
        new StyleDiv.Builder().width(100, LengthUnit.Percent).height(20, LengthUnit.Px).build());
  }

  private static Component all(List<Component> parts) {
    StyleDiv style = new StyleDiv.Builder().width(100, LengthUnit.Percent).build();
    return new ComponentDiv(style, parts.toArray(Component[]::new));
  }
}
