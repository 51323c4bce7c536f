package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.evaluate.tasks.TaskItem;
import org.lensdl4j.model.base.LensException;

/**
 * An evaluation opened to score some of its items. Parts that begin and end at multiples of {@link
 * #ITEMS}, or at the end of the data, have the rows of the whole evaluation, bit for bit on one
 * kind of processor; in others log-likelihoods differ by 32-bit rounding.
 */
public final class EvaluationPart implements AutoCloseable {
  /** Items that share matrix products: enough for layers' weights to be read rarely. */
  public static final int ITEMS = 64;

  private final Evaluation options;
  private final Columns columns;

  private EvaluationPart(Evaluation options) {
    this.options = options;
    this.columns = Columns.open(options);
  }

  /**
   * Opens the runs that the evaluation names.
   *
   * @param evaluation with its data; its models stay their owner's
   */
  public static EvaluationPart open(Evaluation evaluation) {
    return new EvaluationPart(evaluation);
  }

  /**
   * Scores items.
   *
   * @param work as {@link ItemScorer} was asked for
   * @param from first item
   * @param to after the last item
   * @throws LensException if model, runs or data are not those of the work
   */
  public List<ItemRow> rows(ItemScorer.Work work, int from, int to) {
    EvaluationJob.Work own = EvaluationJob.work(options, work.task(), work.language());
    String found = EvaluationJob.identity(options, columns, own);
    if (!found.equals(work.identity())) {
      throw new LensException(
          String.format(
                  Locale.ROOT,
                  "%s in %s: found model, runs and data of identity %s, expected %s; %s holds other data, or",
                  work.task(),
                  work.language(),
                  found,
                  work.identity(),
                  own.file().path())
              + " a run has other weights");
    }
    List<TaskItem> items = new ArrayList<>();
    List<ItemRow> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      items.add(own.task().item().apply(own.lines().get(i), own.language()));
      rows.add(ItemRow.of(own.task().key(own.lines().get(i), own.language())));
    }
    new ItemScoring(options, columns, work.task(), work.language()).score(items, rows, from);
    return rows;
  }

  @Override
  public void close() {
    columns.close();
  }
}
