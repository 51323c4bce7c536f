package org.lensdl4j.lab.experiment;

import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.train.StepReport;

/** A term of the loss (method, section 3). */
public enum Term {
  /** Pulls languages together in the agnostic subspace. */
  ALIGN(Measure.AGNOSTIC_GAP),
  /** Pushes languages apart in the specific subspace. */
  SEPARATE(Measure.DISPLACEMENT),
  /** Keeps the central language. */
  RETAIN(Measure.DRIFT);

  private final Measure aim;

  Term(Measure aim) {
    this.aim = aim;
  }

  /** The measure that says whether the term does what it is for. */
  Measure aim() {
    return aim;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  double weight(LensConfig config) {
    return switch (this) {
      case ALIGN -> config.align();
      case SEPARATE -> config.separate();
      case RETAIN -> config.retain();
    };
  }

  void set(LensConfigBuilder builder, double weight) {
    switch (this) {
      case ALIGN -> builder.align(weight);
      case SEPARATE -> builder.separate(weight);
      case RETAIN -> builder.retain(weight);
      default -> throw new IllegalStateException(name());
    }
  }

  /** Its unweighted value in a step, the sum over languages. */
  double of(StepReport step) {
    return switch (this) {
      case ALIGN -> sum(step.align());
      case SEPARATE -> sum(step.separate());
      case RETAIN -> step.retain();
    };
  }

  private static double sum(Map<String, Double> parts) {
    return parts.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
