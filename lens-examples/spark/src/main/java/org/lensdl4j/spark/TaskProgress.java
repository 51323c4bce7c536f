package org.lensdl4j.spark;

import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.lensdl4j.model.base.Progress;

/** Tells how far tasks have come, each time that one ends. */
final class TaskProgress extends SparkListener implements AutoCloseable {
  private final JavaSparkContext spark;
  private final String task;
  private final Supplier<Long> done;
  private final Supplier<Long> total;
  private final Progress progress;

  /**
   * Listens until closed.
   *
   * @param done units that tasks have added up; repeated tasks may count twice
   */
  TaskProgress(
      JavaSparkContext spark,
      String task,
      Supplier<Long> done,
      Supplier<Long> total,
      Progress progress) {
    this.spark = spark;
    this.task = task;
    this.done = done;
    this.total = total;
    this.progress = progress;
    spark.sc().addSparkListener(this);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    progress.update(task, Math.min(done.get(), total.get() - 1), total.get());
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(this);
    progress.update(task, total.get(), total.get());
  }
}
