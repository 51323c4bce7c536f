package org.lensdl4j.model.base;

/**
 * Hears how far long work has come. Calls come from the thread that works and cost nothing worth
 * counting, so a listener does not have to be asked seldom.
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
