package org.lensdl4j.spark.cli;

import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.lensdl4j.examples.cli.CacheOption;
import org.lensdl4j.examples.cli.ConfigFlags;
import org.lensdl4j.examples.cli.LanguageOptions;
import org.lensdl4j.examples.cli.ModelOption;
import org.lensdl4j.examples.cli.ProbingOptions;
import org.lensdl4j.examples.cli.ProgressBars;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.space.BlockProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.spark.SparkProbing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens spark-probe}. */
@Command(
    name = "spark-probe",
    description = {
      "Probes on Spark: as lens probe, for corpora that one machine would take too long for.",
      "Model and texts must be under the same path on all machines."
    })
final class SparkProbeCommand implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--texts",
      required = true,
      paramLabel = "DIR",
      description =
          "Folder or URI (hdfs://...) with <language>.jsonl, .txt (a text a line) or .parquet"
              + " (column text); each a file or a folder of parts.")
  private String texts;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Only texts whose field split is NAME.")
  private String split;

  @Mixin private LanguageOptions languages;
  @Mixin private CacheOption cache;
  @Mixin private ProbingOptions options;
  @Mixin private final ConfigFlags flags = ConfigFlags.of("probeTexts").with("probeTexts", 0);

  @Option(
      names = "--block",
      paramLabel = "N",
      description =
          "Texts that go through the model together. Default: ${DEFAULT-VALUE}. Another number"
              + " changes the result by rounding.")
  private int block = BlockProbing.TEXTS;

  @Option(
      names = "--tasks",
      paramLabel = "N",
      description = "Tasks that share the blocks. Default: four for each core.")
  private int tasks;

  @Mixin private SparkOptions spark;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SparkOptions.atLeast(spec, "--block", block, 1);
    SparkOptions.atLeast(spec, "--tasks", tasks, 0);
    LensConfig config = languages.config(spec, this::applyTo);
    BlockProbing.require(config); // before Spark is started
    try (ProgressBars bars = ProgressBars.onStandardError();
        JavaSparkContext started = spark.start(spec.commandLine().getErr())) {
      LanguageSpace space =
          SparkProbing.on(started)
              .model(model.path())
              .rememberHashes(cache.hashes())
              .texts(texts)
              .split(split)
              .config(config)
              .blockTexts(block)
              .partitions(tasks)
              .progress(bars)
              .fit();
      space.save(options.out());
      spec.commandLine().getOut().print(ProbingOptions.summary(space, config));
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  private void applyTo(LensConfigBuilder b) {
    options.applyTo(b);
    flags.applyTo(b);
  }
}
