package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;

/**
 * The line of configurations that a {@link RetentionBudget} goes along once {@code retain} is
 * exhausted: everything named by the levers times one scale, from 1 down to the least.
 *
 * @param levers what is scaled, together
 * @param least the smallest scale, in (0, 1)
 */
record RetentionPath(Set<RetentionBudget.Lever> levers, double least) {
  /** A configuration with everything that the levers name scaled. */
  LensConfig at(LensConfig start, double scale) {
    LensConfigBuilder out = start.toBuilder();
    for (RetentionBudget.Lever lever : levers) {
      switch (lever) {
        case TERMS ->
            out.align(scale * start.align())
                .separate(scale * start.separate())
                .contrast(scale * start.contrast());
        case LAMBDA -> start.targets().forEach(l -> out.lambda(l, scale * start.lambda(l)));
        case LEARNING_RATE -> out.learningRate(scale * start.learningRate());
        default -> throw new IllegalArgumentException(lever.name());
      }
    }
    return out.build();
  }

  /** Half of the way between two scales, in factors. */
  static double between(double a, double b) {
    return Math.sqrt(a * b);
  }

  /** What is scaled, in words. */
  String label() {
    List<String> names = new ArrayList<>();
    levers.forEach(l -> names.add(l.label()));
    return String.join(" and ", names);
  }
}
