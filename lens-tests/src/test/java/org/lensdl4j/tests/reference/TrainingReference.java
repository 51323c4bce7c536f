package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.Near.assertNear;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.train.MicroReport;
import org.lensdl4j.lens.train.StepReport;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A stored training run: losses of every micro-batch, norms and rates of every step. */
final class TrainingReference {
  private final JsonNode run;
  private final List<String> targets;

  /**
   * @param run with {@code micro}, {@code grad_norm} and {@code lr}
   */
  TrainingReference(JsonNode run, List<String> targets) {
    this.run = run;
    this.targets = targets;
  }

  /** The settings of a stored run, the rest as given. */
  static LensConfig settings(JsonNode run, LensConfigBuilder rest) {
    rest.align(run.path("align_weight").asDouble())
        .separate(run.path("separate_weight").asDouble())
        .retain(run.path("retain_weight").asDouble())
        .learningRate(run.path("rate").asDouble())
        .warmupRatio(run.path("warmup").asDouble())
        .weightDecay(run.path("decay").asDouble())
        .clipNorm(run.path("clip").asDouble())
        .accumulation(run.path("accumulation").asInt());
    run.path("lambdas").properties().forEach(e -> rest.lambda(e.getKey(), e.getValue().asDouble()));
    return rest.build();
  }

  /** Settings under which a step shows the gradient of its prompt, see {@link #gradient}. */
  static LensConfig oneGradient(LensConfigBuilder rest) {
    return rest.accumulation(1)
        .learningRate(1)
        .warmupRatio(0)
        .weightDecay(0)
        .clipNorm(0)
        .beta1(0)
        .beta2(0)
        .epsilon(1)
        .build();
  }

  /**
   * Compares everything that was reported; each quantity relative to its largest value in the run.
   */
  void assertEqual(RecordedTraining actual, double terms, double norms) {
    assertNear("loss", actual.micros(MicroReport::loss), micros(m -> m.path("loss")), terms);
    // The square of what little has changed: its rounding is that of the states themselves.
    assertNear(
        "retain", actual.micros(MicroReport::retain), micros(m -> m.path("retain")), 10 * terms);
    // Alignment is the square of a small difference of large numbers, so its rounding is that of
    // the largest of its languages; which thread adds what changes it by up to 2.2e-5.
    double largest =
        targets.stream()
            .flatMapToDouble(l -> java.util.Arrays.stream(micros(m -> m.path("align").path(l))))
            .max()
            .orElseThrow();
    for (String l : targets) {
      assertNear(
          "separate " + l,
          actual.micros(m -> m.separate().get(l)),
          micros(m -> m.path("separate").path(l)),
          terms);
      double[] align = actual.micros(m -> m.align().get(l));
      double[] expected = micros(m -> m.path("align").path(l));
      assertThat(Near.error("align " + l, with(align, largest), with(expected, largest)))
          .as("align %s", l)
          .isLessThanOrEqualTo(5 * terms);
    }
    assertNear(
        "gradient norm",
        actual.steps(StepReport::gradientNorm),
        values(run.path("grad_norm")),
        norms);
    assertNear(
        "learning rate", actual.steps(StepReport::learningRate), values(run.path("lr")), 1e-6);
  }

  private double[] micros(Function<JsonNode, JsonNode> value) {
    JsonNode micros = run.path("micro");
    double[] out = new double[micros.size()];
    for (int i = 0; i < out.length; i++) {
      JsonNode v = value.apply(micros.get(i));
      assertThat(v.isNumber()).isTrue();
      out[i] = v.asDouble();
    }
    return out;
  }

  private static double[] values(JsonNode array) {
    double[] out = new double[array.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = array.get(i).asDouble();
    }
    return out;
  }

  private static double[] with(double[] values, double last) {
    double[] out = java.util.Arrays.copyOf(values, values.length + 1);
    out[values.length] = last;
    return out;
  }

  /** Copies arrays that training will change. */
  static Map<String, double[]> copy(Map<String, INDArray> weights) {
    Map<String, double[]> out = new HashMap<>();
    weights.forEach((n, w) -> out.put(n, Near.values(w)));
    return out;
  }

  /**
   * The gradients behind one step of Adam with both betas 0, epsilon 1, rate 1 and no decay: such a
   * step moves each weight by exactly -g / (|g| + 1).
   */
  static double[] gradient(double[] before, double[] after) {
    double[] out = new double[before.length];
    for (int i = 0; i < out.length; i++) {
      double moved = before[i] - after[i];
      out[i] = moved / (1 - Math.abs(moved));
    }
    return out;
  }

  /** Differences, value by value. */
  static double[] minus(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = a[i] - b[i];
    }
    return out;
  }

  /** The length of the difference, relative to the length of what is expected. */
  static double distance(double[] actual, double[] expected) {
    return Math.sqrt(squares(minus(actual, expected)) / squares(expected));
  }

  static double squares(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v * v;
    }
    return sum;
  }
}
