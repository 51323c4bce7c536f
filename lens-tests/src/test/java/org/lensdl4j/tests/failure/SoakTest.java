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
    // Compiling takes memory in jumps and ends; a leak is several times as large in a longer run.
    if (growth(column(held, 1)) >= ALLOWED_KILOBYTES) {
      held = run(loop, 2 * nightly);
    }
    requireFlat(loop, column(held, 1), ALLOWED_KILOBYTES);
    requireFlat(loop, column(held, 2), ALLOWED_IN_ARRAYS);
  }

  private static List<Long> column(List<long[]> held, int index) {
    return held.stream().map(h -> h[index]).toList();
  }

  private static void requireFlat(String loop, List<Long> held, long allowed) {
    assertThat(growth(held)).as("kilobytes, %s: %s", loop, held).isLessThan(allowed);
  }

  /** From the middle third to the last one. */
  private static long growth(List<Long> held) {
    long middle = most(held.subList(held.size() / 3, held.size() * 2 / 3));
    long end = most(held.subList(held.size() * 2 / 3, held.size()));
    return end - middle;
  }

  private static long most(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  private List<long[]> run(String loop, int times) throws IOException, InterruptedException {
    Path place = Files.createDirectory(folder.resolve("times-" + times));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms384m",
                "-Xmx384m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName(),
                loop,
                Integer.toString(times),
                place.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    File log = place.resolve("log.txt").toFile();
    int rc = builder.redirectErrorStream(true).redirectOutput(log).start().waitFor();
    List<String> lines = Files.readAllLines(log.toPath(), StandardCharsets.UTF_8);
    assertThat(rc).as(String.join("\n", lines)).isZero();
    return Files.readAllLines(place.resolve(Soak.HELD)).stream()
        .map(l -> Arrays.stream(l.split(" ")).mapToLong(Long::parseLong).toArray())
        .toList();
  }
}
