package org.lensdl4j.lens.loss;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loss terms of one training iteration.
 *
 * @param iteration from 0
 * @param epoch from 0
 * @param values by variable name
 */
public record TrainingTerms(int iteration, int epoch, Map<String, Double> values) {
  /** Copies the values. */
  public TrainingTerms {
    values = new LinkedHashMap<>(values);
  }
}
