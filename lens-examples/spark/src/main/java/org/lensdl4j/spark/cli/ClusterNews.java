package org.lensdl4j.spark.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** One line for each executor that is lost and each task that failed: work goes on without them. */
final class ClusterNews extends SparkListener {
  private final PrintWriter err;
  private volatile boolean ended;

  ClusterNews(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void onApplicationEnd(SparkListenerApplicationEnd end) {
    ended = true;
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
    if (!ended) {
      say("executor %s is lost (%s); its tasks run again", event.executorId(), event.reason());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof ExceptionFailure failure && !ended) {
      say(
          "task %d failed on %s: %s",
          end.taskInfo().index(),
          end.taskInfo().host(),
          String.valueOf(failure.description()).lines().findFirst().orElse(failure.className()));
    }
  }

  private void say(String format, Object... values) {
    err.println(
        "spark: "
            + String.format(Locale.ROOT, format, values).strip().replaceAll("\\s*\\R\\s*", "; "));
  }
}
