package org.lensdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.evaluate.Evaluation;
import org.lensdl4j.lab.evaluate.EvaluationResult;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;

/** The packaged jar for {@code spark-submit}: what is in it, and that a cluster runs it. */
class SubmitJarIT {
  private static final Path JAR = Path.of("target", "lens-spark-submit.jar");

  /** Folders of the local repository with what an installation of Spark has not. */
  private static final Pattern NOT_OF_SPARK =
      Pattern.compile(
          "/target/(test-)?classes"
              + "|/org/(lensdl4j|nd4j|deeplearning4j|bytedeco|datavec|jline|junit|assertj)/"
              + "|/(info/picocli|me/tongfei|ai/djl|dev/langchain4j|ch/qos|ch/obermuhlner)/"
              + "|/com/(github/pemistahl|squareup|hubspot|google/code/gson|google/re2j)/"
              + "|/(org/jetbrains/kotlin|it/unimi|net/java/dev/jna)/|/lens-[^/]*\\.jar"
              + "|/jackson-(dataformat-yaml|datatype-jdk8)/");

  @TempDir Path folder;

  private static List<String> entries() throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      return jar.stream().map(ZipEntry::getName).toList();
    }
  }

  @Test
  void holdsTheProjectAndThisPlatformsLibrariesAndNothingThatAClusterHas() throws IOException {
    List<String> entries = entries();
    assertThat(entries)
        .contains(
            "org/lensdl4j/spark/cli/SparkCommands.class",
            "org/lensdl4j/examples/cli/LensCommand.class",
            "org/lensdl4j/lens/space/BlockProbing.class",
            "org/lensdl4j/model/TransformerModel.class",
            "META-INF/services/org.lensdl4j.examples.cli.MoreCommands",
            "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend");
    for (String library : List.of("nd4jcpu", "openblas", "tokenizers")) {
      assertThat(entries).anyMatch(e -> e.matches(".*lib\\w*" + library + "[^/]*"));
    }
    assertThat(entries)
        .filteredOn(e -> e.matches("org/(bytedeco|nd4j)/.*\\.(so|dll|dylib|jnilib)[.\\d]*"))
        .isNotEmpty()
        .allMatch(e -> e.contains("/" + Loader.Detector.getPlatform()));
    assertThat(entries)
        .noneMatch(
            e ->
                e.matches(
                    "(org/apache/(spark|hadoop|log4j|logging)|scala|org/slf4j|ch/qos/logback"
                        + "|com/fasterxml/jackson|com/google/(common|gson)|okio|org/junit)/.*"))
        .noneMatch(e -> e.equals("logback.xml") || e.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"))
        .noneMatch(e -> e.startsWith("org/lensdl4j/spark/TinyCorpus"));
  }

  @Test
  void aClusterThatHasNothingOfTheProjectRunsIt() throws Exception {
    TinyCorpus tiny = new TinyCorpus(folder);
    Path data = tiny.items(folder.resolve("data"), 6);
    Path space = folder.resolve("space.safetensors");
    Path evaluation = folder.resolve("evaluation");
    try (Cluster cluster = new Cluster(folder, 1)) {
      submit(cluster, "spark-probe --texts %s --block 5 --max-tokens 48 --out %s", tiny, space);
      String printed = submit(cluster, "spark-evaluate --data %s --out %s", tiny, data, evaluation);
      SparkProbingTest.equal(LanguageSpace.load(space), tiny.local(), 1e-9);
      try (TransformerModel model = TransformerModel.open(tiny.model)) {
        EvaluationResult here =
            Evaluation.of(model)
                .data(data)
                .languages("en", "zh", "sw")
                .evaluate(folder.resolve("here"));
        assertThat(printed).contains(here.stats());
      }
    }
  }

  private String submit(Cluster cluster, String command, TinyCorpus tiny, Path out)
      throws Exception {
    return submit(cluster, command, tiny, tiny.texts, out);
  }

  /** What {@code bin/spark-submit} does, with the libraries of a cluster alone. */
  private String submit(Cluster cluster, String line, TinyCorpus tiny, Path in, Path out)
      throws Exception {
    String spark =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> !NOT_OF_SPARK.matcher(jar.replace('\\', '/')).find())
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    SparkSettings.OPENS.forEach(o -> command.add("--add-opens=" + o + "=ALL-UNNAMED"));
    command.addAll(List.of("-cp", spark, "org.apache.spark.deploy.SparkSubmit"));
    command.addAll(List.of("--master", cluster.url(), "--class"));
    command.add("org.lensdl4j.spark.cli.SparkCommands");
    cluster.settings(spark).forEach((k, v) -> command.addAll(List.of("--conf", k + "=" + v)));
    command.add(JAR.toAbsolutePath().toString());
    command.addAll(List.of(line.formatted(in, out).split(" ")));
    command.addAll(List.of("--model", tiny.model.toString(), "--languages", "en,zh,sw"));
    command.addAll(List.of("--cache", folder.resolve("cache").toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    cluster.environment(builder.environment(), "driver");
    File printed = folder.resolve("out.txt").toFile();
    File told = folder.resolve("err.txt").toFile();
    Process process = builder.redirectOutput(printed).redirectError(told).start();
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as(line).isTrue();
      assertThat(process.exitValue()).as(Files.readString(told.toPath())).isZero();
      return Files.readString(printed.toPath());
    } finally {
      process.destroyForcibly();
    }
  }
}
