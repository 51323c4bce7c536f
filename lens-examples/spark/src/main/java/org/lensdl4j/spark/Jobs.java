package org.lensdl4j.spark;

import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;

/** Runs jobs; what went wrong in a task comes out as if it had gone wrong here. */
final class Jobs {
  private static final Pattern OURS =
      Pattern.compile("org\\.lensdl4j\\.[\\w.]+Exception: ([^\\n]*)");

  private Jobs() {}

  /**
   * Runs a job.
   *
   * @throws LensException with the message of the task's own exception, where it is one of ours
   */
  static <T> T run(Supplier<T> job) {
    try {
      return job.get();
    } catch (Throwable e) { // Spark's Java API throws SparkException, checked, undeclared
      if (e instanceof Error error) {
        throw error;
      }
      throw of(e);
    }
  }

  static RuntimeException of(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof LensException || e instanceof ModelFormatException) {
        return (RuntimeException) e;
      }
      Matcher known = OURS.matcher(String.valueOf(e.getMessage()));
      if (e instanceof SparkException && known.find()) {
        return new LensException(known.group(1), thrown);
      }
    }
    return thrown instanceof RuntimeException r ? r : new IllegalStateException(thrown);
  }
}
