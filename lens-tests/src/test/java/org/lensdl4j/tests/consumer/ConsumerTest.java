package org.lensdl4j.tests.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.testing.Prerequisite;

/**
 * What a project gets that adds {@code lens-dl4j} for a loss of its own: libraries of the versions
 * that we promise, none that only our other artifacts need, and a program that compiles and runs.
 */
@Tag("maven")
class ConsumerTest {
  private static final Path PROJECT = Path.of("src/test/resources/consumer");

  /** What belongs to the other artifacts, or to their users. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "(arbiter|lingua|lens-lab|lens-model-onnx|lens-examples|picocli|progressbar|logback).*");

  private static final Path WORK = Path.of("target", "consumer").toAbsolutePath();

  private static Path repository;

  @BeforeAll
  static void artifacts() throws IOException {
    delete(WORK); // links and what they stand beside, nothing that they point to
    repository = WORK.resolve("repository");
    String own = System.getProperty("maven.repo.local");
    Path users =
        own == null ? Path.of(System.getProperty("user.home"), ".m2/repository") : Path.of(own);
    LocalRepository made = new LocalRepository(repository, users, version());
    made.add("lens-parent", "pom.xml");
    made.add("lens-bom", "lens-dl4j/bom/pom.xml");
    made.add("lens-model-import", "model-import/pom.xml", TransformerModel.class);
    made.add("lens-dl4j", "lens-dl4j/pom.xml", LensLoss.class);
    copy(PROJECT, WORK.resolve("consumer"));
  }

  @Test
  void withTheVersionsOfTheBom() throws Exception {
    Map<String, Path> jars = jars("with-bom");
    promised(jars);
    report(jars);
    run("with-bom", jars);
  }

  @Test
  void besideDeeplearning4jAndAnotherJackson() throws Exception {
    Map<String, Path> jars = jars("without-bom");
    promised(jars);
    assertThat(jars).containsKey("jackson-databind-2.17.2.jar");
    run("without-bom", jars);
  }

  private static void promised(Map<String, Path> jars) {
    assertThat(versions(jars, "openblas")).containsExactly("0.3.31-1.5.13");
    assertThat(versions(jars, "javacpp")).containsExactly("1.5.13");
    assertThat(jars)
        .containsKeys(
            "openblas-0.3.31-1.5.13-%s.jar".formatted(Loader.getPlatform()),
            "javacpp-1.5.13-%s.jar".formatted(Loader.getPlatform()));
    assertThat(versions(jars, "jna")).hasSize(1).isEqualTo(versions(jars, "jna-platform"));
    // Chat templates need no library; YAML is the lab's.
    assertThat(versions(jars, "jinjava")).isEmpty();
    assertThat(versions(jars, "jackson-dataformat-yaml")).isEmpty();
    assertThat(jars.keySet()).noneMatch(OTHERS.asMatchPredicate());
  }

  /** Versions of an artifact among jars for every platform or for the one at hand. */
  private static List<String> versions(Map<String, Path> jars, String artifact) {
    Pattern name =
        Pattern.compile(
            "%s-(\\d[\\w.]*(-[\\d.]+)?)(-%s)?\\.jar".formatted(artifact, Loader.getPlatform()));
    return jars.keySet().stream()
        .map(name::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1))
        .distinct()
        .toList();
  }

  /** What it costs to add {@code lens-dl4j}, in a file beside the test's report. */
  private static void report(Map<String, Path> jars) throws IOException {
    List<String> lines = new ArrayList<>();
    long sum = 0;
    for (Map.Entry<String, Path> jar : jars.entrySet()) {
      long size = Files.size(jar.getValue());
      sum += size;
      lines.add("%8.2f MB  %s".formatted(size / 1e6, jar.getKey()));
    }
    lines.add("%8.2f MB  in %d jars".formatted(sum / 1e6, jars.size()));
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "consumer-jars.txt"), lines);
  }

  /** Compiles the project; the jars on its class path by name. */
  private static Map<String, Path> jars(String project) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Prerequisite.MAVEN.path().toString(),
                "-q",
                "-B",
                "-f",
                project + ".xml",
                "-Dmaven.repo.local=" + repository,
                "-Dlens.version=" + version(),
                "-Dlens.classifier=" + Loader.getPlatform(),
                "-Dmdep.outputFile=" + WORK.resolve(project),
                "-Dmdep.includeScope=runtime",
                "compile",
                "dependency:build-classpath"));
    List<String> offline = new ArrayList<>(command);
    offline.add("-o");
    if (start(offline).code() != 0) {
      Outcome online = start(command);
      assertThat(online.code()).as(online.printed()).isZero();
    }
    Map<String, Path> out = new TreeMap<>();
    for (String jar : Files.readString(WORK.resolve(project)).strip().split(File.pathSeparator)) {
      out.put(Path.of(jar).getFileName().toString(), Path.of(jar));
    }
    return out;
  }

  private static void run(String project, Map<String, Path> jars) throws Exception {
    String classes = "target/" + project + "/classes";
    String path =
        String.join(
            File.pathSeparator,
            Stream.concat(Stream.of(classes), jars.values().stream().map(Path::toString)).toList());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Outcome outcome = start(List.of(java, "-Xmx256m", "-cp", path, "app.OwnLoss"));
    assertThat(outcome.code()).as(outcome.printed()).isZero();
    assertThat(outcome.printed()).contains("after training");
  }

  private record Outcome(int code, String printed) {}

  private static Outcome start(List<String> command) throws Exception {
    Path log = WORK.resolve("log");
    int code =
        new ProcessBuilder(command)
            .directory(WORK.resolve("consumer").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    return new Outcome(code, Files.readString(log));
  }

  /** The version of this project. */
  private static String version() throws IOException {
    Matcher found =
        Pattern.compile("<version>([^<]+)</version>")
            .matcher(Files.readString(Path.of("..", "pom.xml")));
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
