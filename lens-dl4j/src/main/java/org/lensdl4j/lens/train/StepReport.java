package org.lensdl4j.lens.train;

import java.util.Locale;
import java.util.Map;

/**
 * One optimiser step; losses are means over its micro-batches, of requests over their tokens, and
 * {@code separate} is then their target.
 *
 * @param step 1-based
 * @param steps steps of the whole run
 * @param epoch 0-based
 * @param learningRate the rate that was used
 * @param gradientNorm L2 norm of the whole gradient before clipping
 * @param loss the weighted sum
 * @param align per target language, unweighted
 * @param separate per target language, unweighted
 * @param retain unweighted
 * @param retainTargets unweighted
 * @param contrast unweighted
 * @param fence of requests, unweighted, per token of answers in other languages
 */
public record StepReport(
    int step,
    int steps,
    int epoch,
    double learningRate,
    double gradientNorm,
    double loss,
    Map<String, Double> align,
    Map<String, Double> separate,
    double retain,
    double retainTargets,
    double contrast,
    double fence) {
  /** Terms that a log does not have are empty. */
  public StepReport {
    align = whole("align", align);
    separate = whole("separate", separate);
  }

  private static Map<String, Double> whole(String name, Map<String, Double> term) {
    if (term == null) {
      return Map.of();
    }
    term.forEach(
        (language, value) -> {
          if (value == null) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT, "%s of %s: found null, expected a number", name, language));
          }
        });
    return term;
  }
}
