package org.lensdl4j.lens.loss;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.space.LanguageSpace;

/**
 * Measures held-out states while a model is trained and keeps the history. Knows no training loop:
 * the caller passes states in, first those of the model before training.
 *
 * <pre>{@code
 * HeldOutMonitor monitor =
 *     HeldOutMonitor.builder(space, 30).lambda("sw", 0.5).driftBudget(0.05).build();
 * monitor.read(0, 0, statesBefore);
 * ...
 * monitor.read(iteration, epoch, states);
 * if (monitor.overBudget()) { ... }
 * System.out.println(monitor.stats());
 * }</pre>
 *
 * Not safe for several threads.
 */
public final class HeldOutMonitor {
  private final HeldOutMeasures measures;
  private final double retainBudget;
  private final double driftBudget;
  private final List<HeldOutReading> history = new ArrayList<>();
  private HeldOutStates reference;

  private HeldOutMonitor(Builder builder) {
    measures = builder.measures;
    retainBudget = builder.retainBudget;
    driftBudget = builder.driftBudget;
  }

  /**
   * A monitor of one layer, which measures in the coordinates of the space.
   *
   * @param layer 1..K; layer K is the state after the final norm
   */
  public static Builder builder(LanguageSpace space, int layer) {
    Map<String, double[]> directions = new LinkedHashMap<>();
    for (String language : space.languages()) {
      if (!language.equals(space.central())) {
        directions.put(language, space.inCoordinates(layer, space.direction(layer, language)));
      }
    }
    return builder(space.central(), space.agnostic(layer), space.specific(layer), directions)
        .coordinates(Coordinates.of(space, layer));
  }

  /**
   * A monitor of plain subspaces.
   *
   * @param agnostic orthonormal rows {@code [q][hidden]}
   * @param specific orthonormal rows {@code [r][hidden]}
   * @param directions by target language, {@code [hidden]}
   */
  public static Builder builder(
      String central, double[][] agnostic, double[][] specific, Map<String, double[]> directions) {
    return new Builder(new HeldOutMeasures(central, agnostic, specific, directions));
  }

  /** Whether the states before training are known. */
  public boolean hasReference() {
    return reference != null;
  }

  /** Sets the states before training, if training does not start where reading does. */
  public void setReference(HeldOutStates before) {
    reference = before;
  }

  /**
   * Measures. The first states that a monitor sees are those before training, unless they were set.
   *
   * @param iteration training iterations done
   * @param epoch the epoch that is running, from 0
   * @param now languages without a direction are ignored; those that have one may be missing
   */
  public HeldOutReading read(int iteration, int epoch, HeldOutStates now) {
    if (reference == null) {
      reference = now;
    }
    HeldOutReading reading = measures.of(iteration, epoch, now, reference);
    history.add(reading);
    return reading;
  }

  /** All readings, the oldest first. */
  public List<HeldOutReading> history() {
    return List.copyOf(history);
  }

  /** Whether the last reading holds the central language worse than the budget allows. */
  public boolean overBudget() {
    if (history.isEmpty()) {
      return false;
    }
    HeldOutReading last = history.get(history.size() - 1);
    // Not a number is over any budget.
    return !(last.retain() <= retainBudget) || !(last.drift() <= driftBudget);
  }

  /** The first and the last reading as a table. */
  public String stats() {
    if (history.isEmpty()) {
      return "no readings of held-out texts";
    }
    HeldOutReading first = history.get(0);
    HeldOutReading last = history.get(history.size() - 1);
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "held-out texts after iteration %d, and at the first reading (iteration %d)%n",
            last.iteration(),
            first.iteration()));
    out.append(row("language", "align", "first", "separate", "first", "moved"));
    last.languages()
        .forEach(
            (language, now) -> {
              HeldOutReading.Language then = first.languages().getOrDefault(language, now);
              out.append(
                  row(
                      language,
                      number(now.align()),
                      number(then.align()),
                      number(now.separate()),
                      number(then.separate()),
                      number(now.moved())));
            });
    out.append(
        String.format(
            Locale.ROOT,
            "retain %s%s, drift of the central language %s%s%n",
            number(last.retain()),
            budget(retainBudget),
            number(last.drift()),
            budget(driftBudget)));
    return out.toString();
  }

  /** The history as a JSON array of readings. */
  public String toJson() {
    try {
      return new ObjectMapper().writeValueAsString(history);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a history of numbers cannot be written as JSON", e);
    }
  }

  /** One reading in a line, for a log. */
  public static String line(HeldOutReading reading) {
    StringBuilder out =
        new StringBuilder(String.format(Locale.ROOT, "iteration %d:", reading.iteration()));
    reading
        .languages()
        .forEach(
            (language, l) ->
                out.append(
                    String.format(
                        Locale.ROOT,
                        " %s align %s separate %s moved %s;",
                        language,
                        number(l.align()),
                        number(l.separate()),
                        number(l.moved()))));
    return out.append(
            String.format(
                Locale.ROOT,
                " retain %s drift %s",
                number(reading.retain()),
                number(reading.drift())))
        .toString();
  }

  private static String row(String... cells) {
    return String.format(Locale.ROOT, "%-10s %12s %12s %12s %12s %12s", (Object[]) cells)
        + System.lineSeparator();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String budget(double value) {
    return value == Double.POSITIVE_INFINITY ? "" : " (budget " + number(value) + ")";
  }

  /** What to measure and how much the central language may change. */
  public static final class Builder {
    private final HeldOutMeasures measures;
    private double retainBudget = Double.POSITIVE_INFINITY;
    private double driftBudget = Double.POSITIVE_INFINITY;

    private Builder(HeldOutMeasures measures) {
      this.measures = measures;
    }

    /** How far {@code separate} is to move a language along its direction; 1 by default. */
    public Builder lambda(String language, double lambda) {
      measures.lambda(language, lambda);
      return this;
    }

    /**
     * Coordinates that everything is measured in; by default those of the space, or raw. Plain
     * subspaces and directions must be given in them, states are not.
     *
     * @throws IllegalArgumentException if they are not of the hidden size
     */
    public Builder coordinates(Coordinates value) {
      measures.coordinates(value);
      return this;
    }

    /** The largest {@link HeldOutReading#retain} that is allowed; none by default. */
    public Builder retainBudget(double mse) {
      retainBudget = checked("retainBudget", mse);
      return this;
    }

    /** The largest {@link HeldOutReading#drift} that is allowed, 0.05 for 5 %; none by default. */
    public Builder driftBudget(double share) {
      driftBudget = checked("driftBudget", share);
      return this;
    }

    private static double checked(String name, double value) {
      if (!(value >= 0)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%s: found %s, expected 0 or a positive number", name, value));
      }
      return value;
    }

    /** A monitor without readings. */
    public HeldOutMonitor build() {
      return new HeldOutMonitor(this);
    }
  }
}
