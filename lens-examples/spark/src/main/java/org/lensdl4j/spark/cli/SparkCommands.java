package org.lensdl4j.spark.cli;

import java.util.List;
import org.lensdl4j.examples.cli.LensCommand;
import org.lensdl4j.examples.cli.MoreCommands;

/** The commands of this module, and the class that {@code spark-submit} starts. */
public final class SparkCommands implements MoreCommands {
  /** For the service loader. */
  public SparkCommands() {}

  @Override
  public List<Object> commands() {
    return List.of(new SparkProbeCommand(), new SparkEvaluateCommand(), new SparkSearchCommand());
  }

  /**
   * Runs {@code lens} with these arguments. A driver that Spark started in a cluster is not to end
   * its process by itself, unless something failed.
   */
  public static void main(String[] args) {
    int code = LensCommand.run(System.out, System.err, args);
    if (code != 0) {
      System.exit(code);
    }
  }
}
