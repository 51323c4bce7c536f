package org.lensdl4j.spark.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.spark.SparkSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where and how Spark runs. */
final class SparkOptions {
  /** What Spark itself takes for a master. */
  private static final Pattern MASTER = Pattern.compile("(local|spark://|yarn|k8s://).*");

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Master of the cluster, for example spark://host:7077. Default: spark-submit's, or"
              + " local[*], all cores of this machine.")
  private String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark; may be given several times.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /**
   * Refuses a number before anything is started.
   *
   * @throws ParameterException naming the option
   */
  static void atLeast(CommandSpec command, String option, int found, int least) {
    if (found < least) {
      throw new ParameterException(
          command.commandLine(),
          String.format(
              Locale.ROOT, "option %s: found %d, expected %d or more", option, found, least));
    }
  }

  /** Starts Spark; tells of executors that are lost and tasks that are repeated. */
  JavaSparkContext start(PrintWriter err) {
    if (master != null && !MASTER.matcher(master).matches()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option --master: found '%s', expected local[*], spark://host:port, yarn or k8s://...",
              master));
    }
    SparkConf conf = new SparkConf();
    settings.forEach(conf::set);
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing("spark.master", "local[*]");
    // As it is put on the screen by spark-submit's own logging, where there is one.
    conf.setIfMissing("spark.log.level", "OFF");
    JavaSparkContext spark = started(SparkSettings.apply(conf));
    spark.sc().addSparkListener(new ClusterNews(err));
    return spark;
  }

  private JavaSparkContext started(SparkConf conf) {
    try {
      return new JavaSparkContext(conf);
    } catch (RuntimeException e) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "Spark does not start with master %s and settings %s: %s",
              conf.get("spark.master"),
              settings,
              e.getMessage()),
          e);
    }
  }
}
