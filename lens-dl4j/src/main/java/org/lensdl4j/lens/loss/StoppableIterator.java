package org.lensdl4j.lens.loss;

import java.util.function.BooleanSupplier;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Another iterator that has no more elements once something was stopped. */
public final class StoppableIterator implements MultiDataSetIterator {
  private final transient MultiDataSetIterator source;
  private final transient BooleanSupplier stopped;

  /**
   * An iterator that ends early.
   *
   * @param source of the elements; stays the caller's
   * @param stopped asked before each element
   */
  public StoppableIterator(MultiDataSetIterator source, BooleanSupplier stopped) {
    this.source = source;
    this.stopped = stopped;
  }

  @Override
  public boolean hasNext() {
    return !stopped.getAsBoolean() && source.hasNext();
  }

  @Override
  public MultiDataSet next() {
    return source.next();
  }

  @Override
  public MultiDataSet next(int number) {
    return source.next(number);
  }

  @Override
  public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
    source.setPreProcessor(preProcessor);
  }

  @Override
  public MultiDataSetPreProcessor getPreProcessor() {
    return source.getPreProcessor();
  }

  @Override
  public boolean resetSupported() {
    return source.resetSupported();
  }

  /** An iterator may be fed by its own thread: not in front of another one. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public void reset() {
    source.reset();
  }
}
