package org.lensdl4j.spark.cli;

import org.apache.spark.api.java.JavaSparkContext;
import org.lensdl4j.examples.cli.SearchCommand;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.search.LensSearch;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.spark.SparkTrials;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lens spark-search}. */
@Command(
    name = "spark-search",
    description = {
      "Searches on Spark: as lens search, a candidate a task, as many at once as there are cores.",
      "Model and texts must be under the same paths on all machines; a --cache that they share"
          + " saves computing states on each."
    })
final class SparkSearchCommand extends SearchCommand {
  @Mixin private SparkOptions spark;
  @Spec private CommandSpec spec;
  private JavaSparkContext started;

  @Override
  public Integer call() {
    try {
      return super.call();
    } finally {
      if (started != null) {
        started.close();
      }
    }
  }

  @Override
  protected LensSearch prepared(LensSearch search, Trials trials, SearchConfig wanted) {
    started = spark.start(spec.commandLine().getErr());
    SearchSetup setup =
        new SearchSetup(
            texts().args(),
            trials.languages(),
            wanted.toYaml(),
            cache().folder().resolve("states").toAbsolutePath().toString());
    SparkTrials cluster = SparkTrials.of(started, trials, cache().hashes(), setup);
    int parallel = wanted.parallel() > 0 ? wanted.parallel() : cluster.cores();
    return search.trialsBy(cluster::run).parallel(parallel);
  }
}
