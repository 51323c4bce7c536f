package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Settings;

/**
 * Which prompts stand in which micro-batch of which step: a function of settings and seed alone, so
 * that a resumed run needs to know no more than its step. The last step of an epoch takes what is
 * left and averages over that.
 */
public final class Order {
  private final int prompts;
  private final int batchSize;
  private final int accumulation;
  private final int epochs;
  private final boolean shuffle;
  private final long seed;
  private final int microsPerEpoch;
  private final int stepsPerEpoch;

  /**
   * An order.
   *
   * @param prompts how many there are
   * @param batchSize prompts of a micro-batch
   * @param accumulation micro-batches of a step
   * @param shuffle whether each epoch has an order of its own, from the seed
   */
  public Order(
      int prompts, int batchSize, int accumulation, int epochs, boolean shuffle, long seed) {
    this.prompts = prompts;
    this.batchSize = batchSize;
    this.accumulation = accumulation;
    this.epochs = epochs;
    this.shuffle = shuffle;
    this.seed = seed;
    microsPerEpoch = ceilDiv(prompts, batchSize);
    stepsPerEpoch = ceilDiv(microsPerEpoch, accumulation);
  }

  /** The order of a run on parallel texts. */
  public static Order of(int prompts, LensConfig config) {
    return of(prompts, config, config.shuffle());
  }

  /**
   * The order of a run with these settings.
   *
   * @param items prompts or instructions, how many there are
   * @param shuffle whether each epoch has an order of its own, from the seed
   */
  static Order of(int items, Settings settings, boolean shuffle) {
    return new Order(
        items,
        settings.batchSize(),
        settings.accumulation(),
        settings.epochs(),
        shuffle,
        settings.seed());
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  /** Passes over all prompts. */
  int epochs() {
    return epochs;
  }

  /** The most micro-batches of a step. */
  int accumulation() {
    return accumulation;
  }

  /** Optimiser steps of the whole run. */
  public int steps() {
    return Math.multiplyExact(stepsPerEpoch, epochs);
  }

  /** Micro-batches of one epoch. */
  public int microsPerEpoch() {
    return microsPerEpoch;
  }

  /** Steps of one epoch. */
  public int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** The epoch of a 0-based step, 0-based. */
  public int epoch(int step) {
    return step / stepsPerEpoch;
  }

  /** The number in its epoch of a step's first micro-batch. */
  public int firstMicro(int step) {
    return step % stepsPerEpoch * accumulation;
  }

  /** The prompts of each micro-batch of a 0-based step. */
  public List<List<Integer>> microBatches(int step) {
    List<Integer> epoch = epochOrder(epoch(step));
    List<List<Integer>> out = new ArrayList<>();
    int first = firstMicro(step);
    for (int m = first; m < Math.min(first + accumulation, microsPerEpoch); m++) {
      int from = m * batchSize;
      out.add(List.copyOf(epoch.subList(from, Math.min(from + batchSize, prompts))));
    }
    return out;
  }

  private List<Integer> epochOrder(int epoch) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      all.add(i);
    }
    if (shuffle) {
      Collections.shuffle(all, new Random(seed * 31 + epoch));
    }
    return all;
  }
}
