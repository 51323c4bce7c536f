package org.lensdl4j.tests.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever locale a JVM is set to, the same bytes are written, and what was begun in one is
 * continued in another. The command line sets a locale of its own where its process starts, which
 * is not here: this is what a program that calls the library gets.
 */
class LocalesTest {
  private static final Locale BEFORE = Locale.getDefault();

  @TempDir Path folder;

  @AfterEach
  void restore() {
    Locale.setDefault(BEFORE);
  }

  @Test
  void theseLocalesHaveDigitsOfTheirOwn() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    assertThat("%d".formatted(12)).isEqualTo("\u0661\u0662");
    Locale.setDefault(Locale.forLanguageTag("bn-BD-u-nu-beng"));
    assertThat("%d".formatted(12)).isEqualTo("\u09e7\u09e8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG-u-nu-arab", "bn-BD-u-nu-beng", "fa-IR-u-nu-arabext", "tr-TR"})
  void theSameFilesAndWords(String tag) throws IOException {
    Locale.setDefault(Locale.ROOT);
    String said = job();
    Map<String, String> expected = files();
    delete("space.safetensors", "run", "out", "evaluation", "report.html", "analyses", "cache");

    Locale.setDefault(Locale.forLanguageTag(tag));
    assertThat(job()).isEqualTo(said);
    Map<String, String> found = files();
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((file, text) -> same(file, found.get(file), text));

    // What is there is recognised as what was asked for, not refused.
    Locale.setDefault(Locale.ROOT);
    Jobs jobs = new Jobs(folder);
    delete("out");
    jobs.trainExport(folder.resolve("model"), "");
    assertThat(jobs.evaluate(folder.resolve("model"))).isEqualTo(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG-u-nu-arab", "tr-TR"})
  void refusalsAreTheSame(String tag) throws IOException {
    Path texts = new Jobs(folder).texts();
    Files.writeString(texts.resolve("sw.jsonl"), "{\"id\": 1, \"text\": \"a\"}\n{\"id\": 12\n");
    Object[] line = {
      "probe",
      "--model",
      model(),
      "--texts",
      texts,
      "--languages",
      "en,zh,sw",
      "--system",
      "",
      "--out",
      folder.resolve("space")
    };
    Locale.setDefault(Locale.ROOT);
    String expected = Jobs.refusal(line);
    Locale.setDefault(Locale.forLanguageTag(tag));
    assertThat(Jobs.refusal(line)).isEqualTo(expected).contains("sw.jsonl:2");
  }

  /** Says where two files differ, not all that is in them. */
  private static void same(String file, String found, String expected) {
    int at = 0;
    while (at < Math.min(found.length(), expected.length())
        && found.charAt(at) == expected.charAt(at)) {
      at++;
    }
    int from = Math.max(0, at - 60);
    assertThat(found.substring(from, Math.min(found.length(), at + 60)))
        .as(file)
        .isEqualTo(expected.substring(from, Math.min(expected.length(), at + 60)));
  }

  /** Everything that writes; what the evaluation prints. */
  private String job() throws IOException {
    Path model = model();
    Jobs jobs = new Jobs(folder);
    jobs.probeTrainExport(model);
    final String said = jobs.evaluate(model);
    Jobs.lens("report", "--evaluation", evaluation(), "--out", folder.resolve("report.html"));
    Jobs.lens(
        "analyse",
        "layers",
        "--model",
        model,
        "--texts",
        folder.resolve("texts"),
        "--space",
        folder.resolve("space.safetensors"),
        "--languages",
        "en,zh,sw",
        "--system",
        "",
        "--out",
        folder.resolve("analyses"));
    return said;
  }

  private Path evaluation() {
    return folder.resolve("evaluation");
  }

  private Path model() throws IOException {
    Path from = Path.of("src/test/resources/reference/families/qwen2");
    Path to = folder.resolve("model");
    if (!Files.exists(to)) {
      Files.createDirectories(to);
      for (String name : List.of("config.json", "model.safetensors")) {
        Files.copy(from.resolve(name), to.resolve(name));
      }
      SixtyFourTokens.write(to);
    }
    return to;
  }

  /**
   * Every file that was written, without the times of day and the seconds that work took, and
   * without remembered hashes: whether one is kept depends on how long ago the file was written.
   */
  private Map<String, String> files() throws IOException {
    Map<String, String> found = new TreeMap<>();
    Path hashes = folder.resolve("cache").resolve("hashes");
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(f -> Files.isRegularFile(f) && !f.startsWith(hashes)).toList()) {
        found.put(folder.relativize(file).toString(), text(file));
      }
    }
    return found;
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
          .replaceAll("((?:[sS]econds|time|peakBytes)\"?) ?: ?\"?[^,}\\s]+", "$1")
          .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z?", "then");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete(String... names) throws IOException {
    for (String name : names) {
      Path root = folder.resolve(name);
      if (Files.exists(root)) {
        try (Stream<Path> all = Files.walk(root)) {
          for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    }
  }
}
