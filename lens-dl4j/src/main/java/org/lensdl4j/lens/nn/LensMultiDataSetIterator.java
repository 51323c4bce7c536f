package org.lensdl4j.lens.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.lens.train.Order;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Parallel texts for {@link LensGraphs}: the frozen layers run once over each text, and batches are
 * cut from what is then on disk.
 *
 * <p>One data set is one optimiser step, {@code batchSize * accumulation} prompts, the last one of
 * an epoch what is left. Features: per language {@code [prompts, time, hidden]}, the central one
 * first, padded on the right, with masks {@code [prompts, time]}. Labels: {@code [prompts,
 * (languages + 1) * hidden]}, the untouched model's rows as {@link LanguagePooling} makes them.
 *
 * <p>With {@code shuffle} the order is that of {@link org.lensdl4j.lens.train.LensTrainer}, epoch
 * by epoch; an epoch ends with {@link #reset} after something was taken. Arrays handed out are the
 * caller's. Close it after use. Not for Java serialization, whatever the interface says.
 */
public final class LensMultiDataSetIterator implements MultiDataSetIterator, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final transient TopStates states;
  private final transient LensConfig config;
  private final transient Order order;
  private final boolean owner;
  private final int hidden;
  private transient MultiDataSetPreProcessor preProcessor;
  private int epoch;
  private int step;

  private LensMultiDataSetIterator(TopStates states, LensConfig config, int hidden, boolean owner) {
    if (config.compat().isOn()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "compat %s is not for ComputationGraph: its reading of padding is not a mask",
              config.compat().id()));
    }
    this.states = states;
    this.config = config;
    this.hidden = hidden;
    this.owner = owner;
    order = Order.of(states.prompts(), config);
  }

  /**
   * Data from states that are there.
   *
   * @param states with the languages in the order of {@code config}; stay the caller's
   */
  public static LensMultiDataSetIterator of(TopStates states, LensConfig config) {
    return new LensMultiDataSetIterator(states, config, states.referenceLast(0).length, false);
  }

  /**
   * Data from texts, whose states come from the cache or are computed now.
   *
   * @param model may be closed afterwards
   */
  public static LensMultiDataSetIterator of(
      TransformerModel model, ParallelCorpus corpus, LensConfig config, StateCache cache) {
    TopStates states =
        TopStates.of(
            model,
            TrainingJob.prompts(model, corpus, config),
            config.topLayers(),
            cache,
            Progress.NONE);
    try {
      return new LensMultiDataSetIterator(states, config, model.config().hiddenSize(), true);
    } catch (RuntimeException e) {
      states.close();
      throw e;
    }
  }

  /** Optimiser steps of {@code config.epochs()} epochs. */
  public int steps() {
    return order.steps();
  }

  /** Data sets of one epoch. */
  public int stepsPerEpoch() {
    return order.stepsPerEpoch();
  }

  @Override
  public boolean hasNext() {
    return step < order.stepsPerEpoch();
  }

  @Override
  public MultiDataSet next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch is over: call reset");
    }
    List<Integer> prompts = new ArrayList<>();
    order.microBatches(epoch * order.stepsPerEpoch() + step++).forEach(prompts::addAll);
    MultiDataSet made = dataSet(prompts);
    if (preProcessor != null) {
      preProcessor.preProcess(made);
    }
    return made;
  }

  /**
   * The data set of given prompts.
   *
   * @param prompts by number, in the order of the corpus
   */
  public MultiDataSet dataSet(List<Integer> prompts) {
    List<String> languages = new ArrayList<>(List.of(config.central()));
    languages.addAll(config.targets());
    int n = prompts.size();
    int time = 0;
    for (int p : prompts) {
      for (String language : languages) {
        time = Math.max(time, states.length(text(p, language)));
      }
    }
    INDArray[] features = new INDArray[languages.size()];
    INDArray[] masks = new INDArray[languages.size()];
    float[][] labels = new float[n][(languages.size() + 1) * hidden];
    for (int l = 0; l < features.length; l++) {
      float[] values = new float[Math.multiplyExact(n, Math.multiplyExact(time, hidden))];
      float[][] mask = new float[n][time];
      for (int i = 0; i < n; i++) {
        int text = text(prompts.get(i), languages.get(l));
        int length = states.length(text);
        try (INDArray rows = states.rows(new int[] {text})) {
          float[] own = rows.data().asFloat();
          System.arraycopy(own, 0, values, i * time * hidden, length * hidden);
        }
        java.util.Arrays.fill(mask[i], 0, length, 1);
        System.arraycopy(states.referenceLast(text), 0, labels[i], l * hidden, hidden);
        if (l == 0) {
          int at = languages.size() * hidden;
          System.arraycopy(states.referenceMean(text), 0, labels[i], at, hidden);
        }
      }
      features[l] = Nd4j.create(values, new long[] {n, time, hidden}, 'c');
      masks[l] = Nd4j.createFromArray(mask);
    }
    return new org.nd4j.linalg.dataset.MultiDataSet(
        features, new INDArray[] {Nd4j.createFromArray(labels)}, masks, null);
  }

  private int text(int prompt, String language) {
    return states.text(prompt, config.languages().indexOf(language));
  }

  /** Always the number of prompts that the settings say. */
  @Override
  public MultiDataSet next(int num) {
    throw new UnsupportedOperationException(
        "a data set is one optimiser step of batchSize * accumulation prompts: call next()");
  }

  @Override
  public void setPreProcessor(MultiDataSetPreProcessor newPreProcessor) {
    preProcessor = newPreProcessor;
  }

  @Override
  public MultiDataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /** No: batches come from mapped memory as fast as training takes them. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public void reset() {
    if (step > 0) {
      epoch++;
      step = 0;
    }
  }

  @Override
  public void close() {
    if (owner) {
      states.close();
    }
  }
}
