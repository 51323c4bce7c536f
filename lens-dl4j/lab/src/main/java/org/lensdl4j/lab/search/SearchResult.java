package org.lensdl4j.lab.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;

/**
 * What a search found.
 *
 * @param config what was asked for
 * @param languages the central one first
 * @param modelHash of the model that was searched on
 * @param candidates all that are done, in order
 * @param finished why it ended: candidates, exhausted, minutes or plateau; null while it runs
 * @param seconds wall time, over all interruptions
 * @param winner the best candidate's confirmation, or null
 */
public record SearchResult(
    SearchConfig config,
    List<String> languages,
    String modelHash,
    List<CandidateRecord> candidates,
    String finished,
    double seconds,
    Winner winner) {
  private static final int SHOWN = 10;

  /**
   * The best candidate on texts that no decision was made on.
   *
   * @param index its number
   * @param run its run folder, from which it is exported
   * @param heldOut its measures on the held-out texts, or null if there are none
   * @param heldOutScore its verdict there, or null
   * @param interval of the gain there, 95 %, or null if the score has none
   */
  public record Winner(
      int index,
      Path run,
      TrialResult heldOut,
      CandidateScore.Scored heldOutScore,
      Interval interval) {}

  /** Copies the candidates. */
  public SearchResult {
    candidates = List.copyOf(candidates);
    languages = List.copyOf(languages);
  }

  /**
   * The candidate with the best score among those within the budget, of equals what retains more.
   */
  public Optional<CandidateRecord> best() {
    return ranked().stream().filter(c -> c.scored().mayWin()).findFirst();
  }

  /** Complete candidates, the best first; of equal scores the one that retains more. */
  public List<CandidateRecord> ranked() {
    return complete().stream()
        .sorted(
            Comparator.comparingDouble((CandidateRecord c) -> -c.scored().score())
                .thenComparingDouble(c -> -c.scored().retention())
                .thenComparingInt(CandidateRecord::index))
        .toList();
  }

  /** Complete candidates in order. */
  public List<CandidateRecord> complete() {
    return candidates.stream().filter(CandidateRecord::isComplete).toList();
  }

  /** Failed candidates in order. */
  public List<CandidateRecord> failed() {
    return candidates.stream().filter(c -> !c.isComplete()).toList();
  }

  /** Candidates that no other one beats in both gain and retention, by falling gain. */
  public List<CandidateRecord> pareto() {
    List<CandidateRecord> sorted =
        complete().stream()
            .filter(c -> Double.isFinite(c.scored().gain() + c.scored().retention()))
            .sorted(
                Comparator.comparingDouble((CandidateRecord c) -> -c.scored().gain())
                    .thenComparingDouble(c -> -c.scored().retention()))
            .toList();
    List<CandidateRecord> out = new ArrayList<>();
    double most = Double.NEGATIVE_INFINITY;
    for (CandidateRecord c : sorted) {
      if (c.scored().retention() > most) {
        most = c.scored().retention();
        out.add(c);
      }
    }
    return out;
  }

  /** How much of the gain goes with each parameter alone. */
  public List<Importance> importance() {
    List<CandidateRecord> complete =
        complete().stream().filter(c -> Double.isFinite(c.scored().gain())).toList();
    Map<String, List<Object>> values = new LinkedHashMap<>();
    for (Parameter p : config.parameters()) {
      values.put(p.name(), complete.stream().map(c -> value(c.config(), p.name())).toList());
    }
    double[] gains = complete.stream().mapToDouble(c -> c.scored().gain()).toArray();
    return Importance.of(values, gains, config.generator().seed());
  }

  /** What a candidate has of a parameter: a number, string or boolean. */
  public Object value(LensConfig candidate, String parameter) {
    return LensCandidateSpace.value(candidate, parameter, config.parameters());
  }

  /** A candidate by its number. */
  public CandidateRecord candidate(int index) {
    return candidates.stream()
        .filter(c -> c.index() == index)
        .findFirst()
        .orElseThrow(() -> new LensException("there is no candidate " + index));
  }

  /** Tables for people: the best candidates, the failed ones, the winner on held-out texts. */
  public String stats() {
    StringBuilder out = new StringBuilder();
    out.append(
        line(
            "%d candidates in %.0f s%s: %d complete, %d failed%n",
            candidates.size(),
            seconds,
            finished == null ? " so far" : ", ended by " + finished,
            complete().size(),
            failed().size()));
    out.append(line("%5s %9s %9s %9s  %s%n", "", "score", "gain", "retention", "parameters"));
    for (CandidateRecord c : ranked().stream().limit(SHOWN).toList()) {
      out.append(
          line(
              "%5d %9s %+9.4f %+9.4f  %s%n",
              c.index(),
              c.scored().withinBudget() ? line("%+.4f", c.scored().score()) : "over",
              c.scored().gain(),
              c.scored().retention(),
              parameters(c.config())));
    }
    failures(out);
    if (complete().size() > 2) {
      out.append("share of the gain's variance that goes with one parameter (p by shuffling)\n");
      importance()
          .forEach(
              i ->
                  out.append(
                      line("  %-22s %5.2f   p %.3f%n", i.parameter(), i.explained(), i.p())));
    }
    if (winner != null) {
      winner(out);
    } else if (finished != null && best().isEmpty() && !complete().isEmpty()) {
      out.append(
          complete().stream().allMatch(c -> Double.isNaN(c.scored().score()))
              ? "no candidate's score is a number\n"
              : "no candidate is within the budget\n");
    }
    return out.toString();
  }

  private void failures(StringBuilder out) {
    Map<String, List<Integer>> reasons =
        failed().stream()
            .collect(
                Collectors.groupingBy(
                    CandidateRecord::error,
                    LinkedHashMap::new,
                    Collectors.mapping(CandidateRecord::index, Collectors.toList())));
    reasons.forEach((reason, indices) -> out.append(line("failed %s: %s%n", indices, reason)));
  }

  private void winner(StringBuilder out) {
    CandidateRecord best = candidate(winner.index());
    out.append(line("winner: candidate %d, %s%n", best.index(), parameters(best.config())));
    out.append(
        line(
            "  development  gain %+.4f  retention %+.4f%n",
            best.scored().gain(), best.scored().retention()));
    if (winner.heldOut() != null) {
      CandidateScore.Scored s = winner.heldOutScore();
      out.append(
          line(
              "  held out     gain %+.4f%s  retention %+.4f%s%n",
              s.gain(),
              winner.interval() == null
                  ? ""
                  : line(" [%+.4f, %+.4f]", winner.interval().low(), winner.interval().high()),
              s.retention(),
              s.withinBudget() ? "" : ", over budget"));
      out.append(
          line("  the search's choice flatters by %+.4f%n", best.scored().gain() - s.gain()));
    }
  }

  private String parameters(LensConfig of) {
    return config.parameters().stream()
        .map(p -> p.name() + "=" + value(of, p.name()))
        .collect(Collectors.joining(" "));
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** The form that reports read; see the package. */
  public String toJson() {
    return SearchJson.write(this);
  }
}
