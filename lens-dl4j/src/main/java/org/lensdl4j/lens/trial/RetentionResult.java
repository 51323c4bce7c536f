package org.lensdl4j.lens.trial;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.measure.Measure;
import org.lensdl4j.lens.measure.PairedBootstrap;

/** What a search for a weight within a {@link RetentionBudget} found. */
public final class RetentionResult {
  /** What is told of the target languages, where it was measured. */
  private static final Map<Measure, String> GAINS =
      new java.util.TreeMap<>(
          Map.of(
              Measure.RETRIEVAL_TO_CENTRAL, "retrieval",
              Measure.AGNOSTIC_GAP, "gap",
              Measure.DISPLACEMENT, "moved",
              Measure.BITS_PER_BYTE, "bits/byte"));

  private final double budget;
  private final RetentionBudget.Drift drift;
  private final List<RetentionTry> tries;
  private final RetentionTry chosen;

  RetentionResult(
      double budget, RetentionBudget.Drift drift, List<RetentionTry> tries, RetentionTry chosen) {
    this.budget = budget;
    this.drift = drift;
    this.tries = List.copyOf(tries);
    this.chosen = chosen;
  }

  /** The budget. */
  public double budget() {
    return budget;
  }

  /** All tries in order. */
  public List<RetentionTry> tries() {
    return tries;
  }

  /** Whether a weight met the budget. */
  public boolean met() {
    return chosen != null;
  }

  /**
   * The try whose weights are to be taken: the smallest weight that met the budget.
   *
   * @throws LensException saying how near the tries came, if none met it
   */
  public RetentionTry chosen() {
    if (chosen == null) {
      throw new LensException(verdict());
    }
    return chosen;
  }

  /** A line per try, then the verdict in words. */
  public String stats() {
    StringBuilder out = new StringBuilder();
    out.append(
        "Budget for the drift of %s: %s of its %s%n%n"
            .formatted(
                tries.get(0).config().central(),
                RetentionBudget.percent(budget),
                drift == RetentionBudget.Drift.STATES ? "states" : "bits per byte"));
    out.append("    retain   drift (95 %% interval)        ".formatted());
    GAINS.values().forEach(name -> out.append("  %10s".formatted(name)));
    out.append("%n".formatted());
    for (RetentionTry t : tries) {
      out.append("%10s   ".formatted(weight(t)));
      if (t.result() == null) {
        out.append("failed: ").append(t.failure());
      } else {
        out.append(
            "%-30s"
                .formatted(
                    "%s (%s to %s)%s"
                        .formatted(
                            RetentionBudget.percent(t.drift().value()),
                            RetentionBudget.percent(t.drift().low()),
                            RetentionBudget.percent(t.drift().high()),
                            t.meets(budget) ? " <" : "")));
        GAINS.keySet().forEach(m -> out.append(gain(t, m)));
      }
      out.append("%n".formatted());
    }
    return out.append("%n%s%n".formatted(verdict())).toString();
  }

  private static String weight(RetentionTry t) {
    return new BigDecimal(t.config().retain(), new MathContext(4))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String gain(RetentionTry t, Measure measure) {
    PairedBootstrap.Estimate e = t.result().pooled().get(measure);
    return e == null
        ? "  %10s".formatted("-")
        : String.format(Locale.ROOT, "  %+10.4f", e.difference().value());
  }

  /** One sentence. */
  public String verdict() {
    if (chosen != null) {
      return String.format(
          Locale.ROOT,
          "retain %s keeps the drift within %s (%s at most).",
          weight(chosen),
          RetentionBudget.percent(budget),
          RetentionBudget.percent(chosen.drift().high()));
    }
    double least =
        tries.stream()
            .filter(t -> t.drift() != null)
            .mapToDouble(t -> t.drift().high())
            .min()
            .orElse(Double.NaN);
    return String.format(
        Locale.ROOT,
        "No weight of retain from %s to %s keeps the drift within %s: %s; a smaller learning rate, fewer layers or steps may.",
        weight(tries.get(0)),
        weight(tries.get(tries.size() - 1)),
        RetentionBudget.percent(budget),
        Double.isNaN(least)
            ? "training failed"
            : "the least was " + RetentionBudget.percent(least));
  }

  /** Budget, verdict and all tries with their figures, as JSON. */
  public String toJson() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("budget", budget).put("drift", drift.name().toLowerCase(Locale.ROOT));
    root.put("met", met()).put("verdict", verdict());
    ArrayNode all = root.putArray("tries");
    for (RetentionTry t : tries) {
      ObjectNode one = all.addObject().put("retain", t.config().retain());
      if (t.result() == null) {
        one.put("failure", t.failure());
        continue;
      }
      one.put("drift", t.drift().value());
      one.put("driftLow", t.drift().low()).put("driftHigh", t.drift().high());
      one.put("meets", t.meets(budget)).put("seconds", t.result().seconds());
      ObjectNode gains = one.putObject("gains");
      t.result()
          .pooled()
          .forEach(
              (measure, e) ->
                  gains
                      .putObject(measure.name().toLowerCase(Locale.ROOT))
                      .put("before", e.before().value())
                      .put("after", e.after().value())
                      .put("low", e.difference().low())
                      .put("high", e.difference().high()));
    }
    return root.toPrettyString() + "\n";
  }
}
