package org.lensdl4j.model.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A writer that meets a failing disk at each of its changes in turn, in both modes: afterwards its
 * files are those of before or the new ones, and the exception names what could not be written.
 */
public final class EveryFailure {
  private final Path real;
  private final Map<String, String> before = new TreeMap<>();
  private Map<String, String> after;
  private int failures;
  private String leftovers = "\\.[^/]*(tmp|writing-)";

  /** Writers of a folder that does not exist, or is empty. */
  public EveryFailure(Path folder) {
    real = folder;
  }

  /** Does something with a folder. */
  @FunctionalInterface
  public interface Step {
    void on(Path folder) throws IOException;
  }

  /** Puts what is there before into the folder. */
  public EveryFailure startingFrom(Step old) throws IOException {
    Files.createDirectories(real);
    old.on(real);
    before.putAll(contents(real));
    return this;
  }

  /** Names of files that a writer may leave on a dead disk begin with this. */
  public EveryFailure cleanedLater(String prefix) {
    leftovers = prefix;
    return this;
  }

  /**
   * Lets a writer fail.
   *
   * @param names what the message must name: a file's or folder's name
   * @param writer what writes into the folder
   */
  public EveryFailure of(String names, Step writer) throws IOException {
    reset();
    writer.on(new FailingFiles(FailingFiles.Mode.ONCE, 0).of(real));
    after = contents(real);
    assertThat(after).isNotEqualTo(before);
    for (FailingFiles.Mode mode : FailingFiles.Mode.values()) {
      for (int n = 1; fails(mode, n, names, writer); n++) {
        failures++;
      }
    }
    assertThat(failures).as("failures").isGreaterThan(4);
    return this;
  }

  /** How many changes failed. */
  public int failures() {
    return failures;
  }

  private boolean fails(FailingFiles.Mode mode, int n, String names, Step writer)
      throws IOException {
    reset();
    FailingFiles files = new FailingFiles(mode, n);
    String where = "%s, change %d".formatted(mode, n);
    try {
      writer.on(files.of(real));
      if (!files.hasFailed()) {
        return false;
      }
      // Overcome: Java tries some things twice.
      assertThat(contents(real)).as(where).isEqualTo(after);
    } catch (IOException | RuntimeException e) {
      assertThat(files.hasFailed()).as("%s: %s", where, e).isTrue();
      if (!names.isEmpty()) {
        assertThat(e).as(where).hasMessageContainingAll(names, FailingFiles.REASON);
      }
      Map<String, String> found = contents(real);
      if (mode == FailingFiles.Mode.FROM_THEN_ON) {
        // Nobody could clean up: what is left has a name that says so.
        found.keySet().removeIf(f -> f.matches("(.*/)?" + leftovers + ".*"));
        found.keySet().removeIf(f -> f.endsWith("/"));
      }
      Map<String, String> old = new TreeMap<>(before);
      Map<String, String> fresh = new TreeMap<>(after);
      // A folder made on the way may stay.
      for (Map<String, String> m : List.of(found, old, fresh)) {
        m.keySet().removeIf(f -> f.endsWith("/"));
      }
      assertThat(found.keySet()).as(where).isIn(old.keySet(), fresh.keySet());
      assertThat(found).as(where).isIn(old, fresh);
    }
    return true;
  }

  private void reset() throws IOException {
    delete(real);
    Files.createDirectories(real);
    for (Map.Entry<String, String> e : before.entrySet()) {
      Path file = real.resolve(e.getKey());
      if (e.getKey().endsWith("/")) {
        Files.createDirectories(file);
      } else {
        Files.createDirectories(file.getParent());
        Files.write(file, e.getValue().getBytes(StandardCharsets.ISO_8859_1));
      }
    }
  }

  /** All files and folders, by name, with their bytes. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> out = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path p : all.filter(p -> !p.equals(folder)).toList()) {
        String name = folder.relativize(p).toString().replace('\\', '/');
        if (Files.isDirectory(p)) {
          out.put(name + "/", "");
        } else if (!name.endsWith(".lock")) {
          out.put(name, Files.readString(p, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return out;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      List<Path> all = new ArrayList<>();
      try (Stream<Path> walk = Files.walk(folder)) {
        walk.forEach(all::add);
      }
      all.sort(Comparator.reverseOrder());
      for (Path p : all) {
        Files.delete(p);
      }
    }
  }
}
