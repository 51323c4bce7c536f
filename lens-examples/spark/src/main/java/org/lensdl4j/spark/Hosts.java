package org.lensdl4j.spark;

import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.SparkEnv;

/** Where a task runs. */
final class Hosts {
  private Hosts() {}

  /** As messages name it: {@code executor 1 on node7}. */
  static String here() {
    SparkEnv env = SparkEnv.get();
    return env == null
        ? "here"
        : String.format(
            Locale.ROOT,
            "executor %s on %s",
            env.executorId(),
            env.blockManager().blockManagerId().host());
  }

  /** A folder that machines may share, for what holds on this one only. */
  static Path own(Path folder) {
    SparkEnv env = SparkEnv.get();
    boolean driver = env == null || env.executorId().equals("driver");
    return driver ? folder : folder.resolve(env.blockManager().blockManagerId().host());
  }
}
