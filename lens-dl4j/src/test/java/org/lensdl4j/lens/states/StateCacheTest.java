package org.lensdl4j.lens.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.text.TokenSequence;

class StateCacheTest {
  @TempDir Path folder;

  private static Path entry(StateCache cache, String key, StateCache.Maker maker) {
    return cache.open(key, maker, f -> f);
  }

  @Test
  void makesAnEntryOnce() {
    StateCache cache = new StateCache(folder.resolve("cache"), 1000);
    Path first = entry(cache, "a", f -> Files.write(f.resolve("x"), new byte[10]));
    assertThat(
            entry(
                cache,
                "a",
                f -> {
                  throw new AssertionError("made twice");
                }))
        .isEqualTo(first);
    assertThat(first.resolve("x")).hasSize(10);
  }

  @Test
  void leavesNothingWhenMakingFails() throws IOException {
    StateCache cache = new StateCache(folder.resolve("cache"), 1000);
    assertThatThrownBy(
            () ->
                entry(
                    cache,
                    "a",
                    f -> {
                      Files.write(f.resolve("x"), new byte[10]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("cache");
    try (var files = Files.list(folder.resolve("cache"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void dropsWhatWasUsedLongestAgo() throws IOException {
    StateCache cache = new StateCache(folder, 25);
    for (String key : List.of("a", "b", "c")) {
      Path entry = entry(cache, key, f -> Files.write(f.resolve("x"), new byte[10]));
      int age = "abc".indexOf(key);
      Files.setLastModifiedTime(
          entry, FileTime.from(Instant.now().minus(Duration.ofMinutes(10 - age))));
    }
    assertThat(folder.resolve("a")).doesNotExist();
    entry(cache, "b", f -> {});
    entry(cache, "d", f -> Files.write(f.resolve("x"), new byte[10]));
    assertThat(folder.resolve("b")).exists();
    assertThat(folder.resolve("c")).doesNotExist();
    assertThat(folder.resolve("d")).exists();
  }

  @Test
  void keysTellApartModelLayerAndTexts() {
    List<TokenSequence> texts = List.of(TokenSequence.of(1, 2), TokenSequence.of(3));
    String key = StateCache.key("k", "m", 2, texts);
    assertThat(key).hasSize(64).isEqualTo(StateCache.key("k", "m", 2, texts));
    assertThat(
            List.of(
                StateCache.key("j", "m", 2, texts),
                StateCache.key("k", "n", 2, texts),
                StateCache.key("k", "m", 3, texts),
                StateCache.key("k", "m", 2, List.of(TokenSequence.of(1), TokenSequence.of(2, 3))),
                StateCache.key(
                    "k",
                    "m",
                    2,
                    List.of(TokenSequence.of(1, 2), new TokenSequence(new int[] {3}, 4)))))
        .doesNotContain(key)
        .doesNotHaveDuplicates();
  }

  @Test
  void namesAndSumsAreTheSameInEveryLocale() throws IOException {
    StateCache cache = new StateCache(folder, 1000);
    List<TokenSequence> texts = List.of(TokenSequence.of(1, 2));
    String key = StateCache.key("k", "m", 12, texts);
    entry(cache, key, f -> Files.writeString(f.resolve("x"), "right"));
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, new Locale("ar", "EG"));
    try {
      assertThat("%d".formatted(12)).as("digits of this locale").isNotEqualTo("12");
      assertThat(StateCache.key("k", "m", 12, texts)).isEqualTo(key);
      assertThat(cache.find(key, f -> f)).isPresent();
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  @Test
  void whatChangedOnDiskIsMadeAgain() throws IOException {
    StateCache cache = new StateCache(folder, 1000);
    Path first = entry(cache, "a", f -> Files.writeString(f.resolve("x"), "right"));
    Files.writeString(first.resolve("x"), "wrong");
    Path again = entry(cache, "a", f -> Files.writeString(f.resolve("x"), "right"));
    assertThat(again.resolve("x")).hasContent("right");
    Files.writeString(again.resolve("y"), "one file too many");
    entry(cache, "a", f -> Files.writeString(f.resolve("x"), "right"));
    assertThat(again.resolve("y")).doesNotExist();
  }

  @Test
  void aFolderWithoutSumsIsNotBelieved() throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("a")).resolve("x"), "half");
    StateCache cache = new StateCache(folder, 1000);
    assertThat(cache.find("a", f -> f)).isEmpty();
    assertThat(entry(cache, "a", f -> Files.writeString(f.resolve("x"), "whole")).resolve("x"))
        .hasContent("whole");
  }

  /** Another process may win every time; what was asked for is there nevertheless. */
  @Test
  void anEntryTakenAwayEachTimeIsReadWhereItWasMade() {
    StateCache cache = new StateCache(folder, 1000);
    AtomicInteger opened = new AtomicInteger();
    String found =
        cache.open(
            "a",
            f -> Files.writeString(f.resolve("x"), "right"),
            f -> {
              if (f.endsWith("a")) {
                opened.incrementAndGet();
                throw new NoSuchFileException(f.toString());
              }
              return Files.readString(f.resolve("x"));
            });
    assertThat(found).isEqualTo("right");
    assertThat(opened).hasPositiveValue();
    assertThat(folder.toFile().list()).containsExactly("a");
  }

  /** A process that uses the cache together with others; exits with 0 if all it read was right. */
  static final class User {
    private static final int KEYS = 8;

    public static void main(String[] args) {
      StateCache cache = new StateCache(Path.of(args[0]), 3 * 1000);
      Random random = new Random(Long.parseLong(args[1]));
      for (int i = 0; i < 400; i++) {
        int key = random.nextInt(KEYS);
        byte[] found =
            cache.open(
                "key-" + key,
                f -> Files.write(f.resolve("x"), content(key)),
                f -> Files.readAllBytes(f.resolve("x")));
        if (!Arrays.equals(found, content(key))) {
          throw new AssertionError("entry " + key);
        }
      }
    }

    private static byte[] content(int key) {
      byte[] out = new byte[1000];
      new Random(key).nextBytes(out);
      return out;
    }
  }

  @Test
  void severalProcessesUseOneCache() throws Exception {
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  User.class.getName(),
                  folder.resolve("cache").toString(),
                  Integer.toString(i))
              .redirectErrorStream(true)
              .start());
    }
    for (Process process : all) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    }
    try (var left = Files.list(folder.resolve("cache"))) {
      assertThat(left.map(f -> f.getFileName().toString())).allMatch(n -> n.startsWith("key-"));
    }
  }
}
