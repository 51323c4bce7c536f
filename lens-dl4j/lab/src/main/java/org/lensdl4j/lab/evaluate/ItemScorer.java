package org.lensdl4j.lab.evaluate;

import java.util.List;
import java.util.function.Supplier;

/**
 * Scores items elsewhere: on other machines, which have the same evaluation open as {@link
 * EvaluationPart}.
 */
@FunctionalInterface
public interface ItemScorer {
  /**
   * Begins with one task in one language; all of an evaluation are begun before any is waited for.
   *
   * @param work what is to be scored
   * @return waits for the rows, one per item in the order of the items
   */
  Supplier<List<ItemRow>> begin(Work work);

  /**
   * Items of one task in one language.
   *
   * @param identity of everything that the rows depend on; parts that differ in it must not score
   * @param items how many there are
   */
  record Work(String task, String language, String identity, int items) {}
}
