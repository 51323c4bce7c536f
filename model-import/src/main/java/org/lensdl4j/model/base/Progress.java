package org.lensdl4j.model.base;

/**
 * Is told how far long work has got. Calls come from the working thread, often: an implementation
 * must be cheap.
 */
@FunctionalInterface
public interface Progress {

  /** Hears nothing. */
  Progress NONE = (task, done, total) -> {};

  /**
   * Work has come further.
   *
   * @param task what is being done, in a word or two, the same for each call of one task: {@code
   *     probing}
   * @param done units done so far, from 0 to {@code total}
   * @param total units in all; the task ends with the call where {@code done} equals it
   */
  void update(String task, long done, long total);
}
