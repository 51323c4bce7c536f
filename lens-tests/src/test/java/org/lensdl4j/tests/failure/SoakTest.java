package org.lensdl4j.tests.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.testing.Effort;

/**
 * Long loops hold no more native memory at their end than in their middle: training, generating,
 * opening and closing models. {@code -Dlens.nightly=true} runs them at full length.
 */
@EnabledOnOs(OS.LINUX)
class SoakTest {
  /** Of the Java machine's own, which compiles and loads classes for long. */
  private static final long ALLOWED_KILOBYTES = 12 << 10;

  /** Of arrays that a garbage collection may or may not have found. */
  private static final long ALLOWED_IN_ARRAYS = 512;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"training, 60, 500", "generation, 40, 200", "models, 20, 50"})
  void nativeMemoryIsFlat(String loop, int each, int nightly) throws Exception {
    List<long[]> held = run(loop, Effort.of(each, nightly));
    requireFlat(loop, held.stream().map(h -> h[1]).toList(), ALLOWED_KILOBYTES);
    requireFlat(loop, held.stream().map(h -> h[2]).toList(), ALLOWED_IN_ARRAYS);
  }

  private static void requireFlat(String loop, List<Long> held, long allowed) {
    long middle = most(held.subList(held.size() / 3, held.size() * 2 / 3));
    long end = most(held.subList(held.size() * 2 / 3, held.size()));
    assertThat(end - middle).as("kilobytes, %s: %s", loop, held).isLessThan(allowed);
  }

  private static long most(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  private List<long[]> run(String loop, int times) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms384m",
                "-Xmx384m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName(),
                loop,
                Integer.toString(times),
                folder.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    File log = folder.resolve("log.txt").toFile();
    int rc = builder.redirectErrorStream(true).redirectOutput(log).start().waitFor();
    List<String> lines = Files.readAllLines(log.toPath(), StandardCharsets.UTF_8);
    assertThat(rc).as(String.join("\n", lines)).isZero();
    return Files.readAllLines(folder.resolve(Soak.HELD)).stream()
        .map(l -> Arrays.stream(l.split(" ")).mapToLong(Long::parseLong).toArray())
        .toList();
  }
}
