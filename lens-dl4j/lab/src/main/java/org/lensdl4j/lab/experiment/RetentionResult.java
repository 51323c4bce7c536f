package org.lensdl4j.lab.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.PairedBootstrap;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;

/** What a search for weights within a {@link RetentionBudget} found. */
public final class RetentionResult {
  /** What is told of the target languages, where it was measured. */
  private static final Map<Measure, String> GAINS =
      new TreeMap<>(
          Map.of(
              Measure.RETRIEVAL_TO_CENTRAL, "retrieval",
              Measure.AGNOSTIC_GAP, "gap",
              Measure.DISPLACEMENT, "moved",
              Measure.BITS_PER_BYTE, "bits/byte"));

  private final double budget;
  private final RetentionBudget.Drift drift;
  private final RetentionPath path;
  private final List<RetentionTry> tries;
  private final RetentionTry chosen;

  RetentionResult(
      double budget,
      RetentionBudget.Drift drift,
      RetentionPath path,
      List<RetentionTry> tries,
      RetentionTry chosen) {
    this.budget = budget;
    this.drift = drift;
    this.path = path;
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

  /** Whether weights met the budget. */
  public boolean met() {
    return chosen != null;
  }

  /**
   * The try whose weights are to be taken: the smallest weight of retain that met the budget, or
   * else the largest scale of the levers.
   *
   * @throws LensException saying how near the tries came, if none met it
   */
  public RetentionTry chosen() {
    if (chosen == null) {
      throw new LensException(verdict());
    }
    return chosen;
  }

  /**
   * What is left of a change that the weights asked for bring, in the mean of the target languages.
   *
   * @param asked the change with the weights that the search began with
   * @param kept the change with the chosen ones
   */
  public record Kept(double asked, double kept) {}

  /**
   * What staying within the budget costs, by measure; empty if no weights met it, the first ones
   * did, or their training failed.
   */
  public Map<Measure, Kept> kept() {
    Map<Measure, Kept> out = new EnumMap<>(Measure.class);
    RetentionTry first = tries.get(0);
    if (chosen != null && chosen != first && first.result() != null) {
      chosen
          .result()
          .pooled()
          .forEach(
              (measure, e) -> {
                double asked = first.result().pooled(measure).difference().value();
                out.put(measure, new Kept(asked, e.difference().value()));
              });
    }
    return out;
  }

  /** A line per try, then the verdict in words. */
  public String stats() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "Budget for the drift of %s: %s of its %s%n%n",
            tries.get(0).config().central(),
            RetentionBudget.percent(budget),
            drift == RetentionBudget.Drift.STATES ? "states" : "bits per byte"));
    boolean scaled = tries.stream().anyMatch(t -> t.scale() != 1);
    out.append(scaled ? "     scale" : "");
    out.append(String.format(Locale.ROOT, "    retain   drift (95 %% interval)        "));
    GAINS.values().forEach(name -> out.append(String.format(Locale.ROOT, "  %10s", name)));
    out.append(String.format(Locale.ROOT, "%n"));
    for (RetentionTry t : tries) {
      out.append(scaled ? String.format(Locale.ROOT, "%10s", number(t.scale())) : "");
      out.append(String.format(Locale.ROOT, "%10s   ", weight(t)));
      if (t.result() == null) {
        out.append("failed: ").append(t.failure());
      } else {
        out.append(
            String.format(
                Locale.ROOT,
                "%-30s",
                String.format(
                    Locale.ROOT,
                    "%s (%s to %s)%s",
                    RetentionBudget.percent(t.drift().value()),
                    RetentionBudget.percent(t.drift().low()),
                    RetentionBudget.percent(t.drift().high()),
                    t.meets(budget) ? " <" : "")));
        GAINS.keySet().forEach(m -> out.append(gain(t, m)));
      }
      out.append(String.format(Locale.ROOT, "%n"));
    }
    if (scaled) {
      out.append(String.format(Locale.ROOT, "%nscale: what %s is multiplied by%n", path.label()));
    }
    return out.append(String.format(Locale.ROOT, "%n%s%n", verdict())).toString();
  }

  private static String weight(RetentionTry t) {
    return number(t.config().retain());
  }

  private static String number(double x) {
    return new BigDecimal(x, new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  private static String gain(RetentionTry t, Measure measure) {
    PairedBootstrap.Estimate e = t.result().pooled().get(measure);
    return e == null
        ? String.format(Locale.ROOT, "  %10s", "-")
        : String.format(Locale.ROOT, "  %+10.4f", e.difference().value());
  }

  /** In a sentence or two: what was chosen and what it costs, or that nothing meets the budget. */
  public String verdict() {
    if (chosen != null) {
      return String.format(
          Locale.ROOT,
          "retain %s%s keeps the drift within %s (%s at most).%s",
          weight(chosen),
          chosen.scale() == 1
              ? ""
              : String.format(
                  Locale.ROOT, " with %s times %s", path.label(), number(chosen.scale())),
          RetentionBudget.percent(budget),
          RetentionBudget.percent(chosen.drift().high()),
          keptInWords());
    }
    double least =
        tries.stream()
            .filter(t -> t.drift() != null)
            .mapToDouble(t -> t.drift().high())
            .min()
            .orElse(Double.NaN);
    return String.format(
        Locale.ROOT,
        "No weight of retain from %s to %s%s keeps the drift within %s: %s; %s may.",
        weight(tries.get(0)),
        number(tries.stream().mapToDouble(t -> t.config().retain()).max().orElseThrow()),
        path.levers().isEmpty()
            ? ""
            : String.format(Locale.ROOT, ", nor %s times %s,", path.label(), number(path.least())),
        RetentionBudget.percent(budget),
        Double.isNaN(least) ? "training failed" : "the least was " + RetentionBudget.percent(least),
        path.levers().contains(RetentionBudget.Lever.LEARNING_RATE)
            ? "fewer layers or steps"
            : "a smaller learning rate, fewer layers or steps");
  }

  private String keptInWords() {
    Map<Measure, Kept> all = kept();
    List<String> parts = new ArrayList<>();
    GAINS.forEach(
        (measure, name) -> {
          Kept k = all.get(measure);
          if (k != null) {
            parts.add(String.format(Locale.ROOT, "%s %+.4f of %+.4f", name, k.kept(), k.asked()));
          }
        });
    return parts.isEmpty()
        ? ""
        : " Of what the weights asked for change it keeps: " + String.join(", ", parts) + ".";
  }

  /** Budget, verdict and all tries with their figures, as JSON. */
  public String toJson() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("budget", budget).put("drift", drift.name().toLowerCase(Locale.ROOT));
    root.put("met", met()).put("verdict", verdict());
    if (!path.levers().isEmpty()) {
      ArrayNode scaled = root.putArray("scaled");
      path.levers().forEach(lever -> scaled.add(lever.name().toLowerCase(Locale.ROOT)));
    }
    ObjectNode kept = root.putObject("kept");
    kept()
        .forEach(
            (measure, k) ->
                kept.putObject(measure.id()).put("asked", k.asked()).put("kept", k.kept()));
    ArrayNode all = root.putArray("tries");
    for (RetentionTry t : tries) {
      ObjectNode one = all.addObject().put("retain", t.config().retain()).put("scale", t.scale());
      if (t == chosen) {
        one.put("chosen", true);
      }
      weights(one.putObject("weights"), t.config());
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
                      .putObject(measure.id())
                      .put("before", e.before().value())
                      .put("after", e.after().value())
                      .put("low", e.difference().low())
                      .put("high", e.difference().high()));
    }
    return root.toPrettyString() + "\n";
  }

  private static void weights(ObjectNode to, LensConfig config) {
    to.put("align", config.align()).put("separate", config.separate());
    to.put("retain", config.retain()).put("contrast", config.contrast());
    to.put("learningRate", config.learningRate());
    ObjectNode lambdas = to.putObject("lambdas");
    config.targets().forEach(l -> lambdas.put(l, config.lambda(l)));
  }
}
