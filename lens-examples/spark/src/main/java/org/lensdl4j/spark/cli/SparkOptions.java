package org.lensdl4j.spark.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.lensdl4j.spark.SparkSettings;
import picocli.CommandLine.Option;

/** Where and how Spark runs. */
final class SparkOptions {
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

  /** Starts Spark; tells of executors that are lost and tasks that are repeated. */
  JavaSparkContext start(PrintWriter err) {
    SparkConf conf = new SparkConf();
    settings.forEach(conf::set);
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing("spark.master", "local[*]");
    // As it is put on the screen by spark-submit's own logging, where there is one.
    conf.setIfMissing("spark.log.level", "OFF");
    JavaSparkContext spark = new JavaSparkContext(SparkSettings.apply(conf));
    spark.sc().addSparkListener(new ClusterNews(err));
    return spark;
  }
}
