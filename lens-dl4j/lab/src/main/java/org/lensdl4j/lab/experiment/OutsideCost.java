package org.lensdl4j.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import org.lensdl4j.lens.train.RunCost;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * Figures of a run that another program made: a JSON object with the {@code method}, whichever of
 * the fields of {@link RunCost} are known, and if wanted a {@code name} and the {@code machine}.
 */
final class OutsideCost {
  private static final String NAME = "name";
  private static final String METHOD = "method";
  private static final String MACHINE = "machine";
  private static final Set<String> TIMES = Set.of("seconds", "cpuSeconds", "stateSeconds");
  private static final Set<String> COUNTS =
      Set.of("tokens", "trainedWeights", "weights", "peakBytes");
  private static final String ALL =
      "name, method, machine, seconds, cpuSeconds, stateSeconds, tokens, trainedWeights, weights, peakBytes";

  private OutsideCost() {}

  /**
   * Reads a file.
   *
   * @throws LensException naming the file and the field that is missing, unknown or no such number
   */
  static CostTable.Row read(Path file) {
    JsonNode node = JsonFiles.read(file);
    boolean any = false;
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode value = node.get(name);
      if (TIMES.contains(name) || COUNTS.contains(name)) {
        any |= number(file, name, value);
      } else if (!Set.of(NAME, METHOD, MACHINE).contains(name)) {
        throw new LensException(
            String.format(Locale.ROOT, "%s: found field %s, expected some of %s", file, name, ALL));
      } else if (!value.isTextual() || value.asText().isBlank()) {
        throw new LensException(
            String.format(Locale.ROOT, "%s: field %s is %s, expected a text", file, name, value));
      }
    }
    if (!node.has(METHOD) || !any) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found no %s, expected method and at least one figure: %s",
              file,
              node.has(METHOD) ? "figure" : METHOD,
              ALL));
    }
    RunCost cost = RunCost.of(node);
    if (cost.weights() > 0 && cost.trainedWeights() > cost.weights()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: field trainedWeights is %d, expected at most weights, %d",
              file,
              cost.trainedWeights(),
              cost.weights()));
    }
    String machine = node.path(MACHINE).asText("");
    return new CostTable.Row(
        node.path(NAME).asText(nameOf(file)), node.get(METHOD).asText(), machine, true, cost);
  }

  /** Whether the figure is known, so above 0. */
  private static boolean number(Path file, String name, JsonNode value) {
    boolean whole = COUNTS.contains(name);
    boolean fits = whole ? value.isIntegralNumber() && value.canConvertToLong() : value.isNumber();
    if (!fits || !(value.asDouble() >= 0) || Double.isInfinite(value.asDouble())) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: field %s is %s, expected a%s number of 0 or more",
              file,
              name,
              value,
              whole ? " whole" : ""));
    }
    return value.asDouble() > 0;
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
  }
}
