package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.lensdl4j.lens.config.LensConfig;

/**
 * Which prompts stand in which micro-batch of which step: a function of settings and seed alone, so
 * that a resumed run needs to know no more than its step. The last step of an epoch takes what is
 * left and averages over that.
 */
final class Order {
  private final int prompts;
  private final LensConfig config;
  private final int microsPerEpoch;
  private final int stepsPerEpoch;

  Order(int prompts, LensConfig config) {
    this.prompts = prompts;
    this.config = config;
    microsPerEpoch = ceilDiv(prompts, config.batchSize());
    stepsPerEpoch = ceilDiv(microsPerEpoch, config.accumulation());
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  int steps() {
    return Math.multiplyExact(stepsPerEpoch, config.epochs());
  }

  int microsPerEpoch() {
    return microsPerEpoch;
  }

  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** The epoch of a 0-based step, 0-based. */
  int epoch(int step) {
    return step / stepsPerEpoch;
  }

  /** The number in its epoch of a step's first micro-batch. */
  int firstMicro(int step) {
    return step % stepsPerEpoch * config.accumulation();
  }

  /** The prompts of each micro-batch of a 0-based step. */
  List<List<Integer>> microBatches(int step) {
    List<Integer> epoch = epochOrder(epoch(step));
    List<List<Integer>> out = new ArrayList<>();
    int first = firstMicro(step);
    for (int m = first; m < Math.min(first + config.accumulation(), microsPerEpoch); m++) {
      int from = m * config.batchSize();
      out.add(List.copyOf(epoch.subList(from, Math.min(from + config.batchSize(), prompts))));
    }
    return out;
  }

  private List<Integer> epochOrder(int epoch) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      all.add(i);
    }
    if (config.shuffle()) {
      Collections.shuffle(all, new Random(config.seed() * 31 + epoch));
    }
    return all;
  }
}
