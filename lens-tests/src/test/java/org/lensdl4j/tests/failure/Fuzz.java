package org.lensdl4j.tests.failure;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.testing.Effort;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.text.ChatTemplateException;

/**
 * Reads a file mutated in many ways. It may be read or refused with a message of ours; nothing from
 * below gets through, and nothing takes memory on the file's word.
 *
 * <p>{@code -Dlens.nightly=true} tries 10,000 in place of 200, {@code -Dlens.mutations=N} as many
 * as one likes; {@code -Dlens.seed=N} replays one mutation; seeds that found something are kept in
 * {@code fuzz-seeds.txt} and tried each time.
 */
final class Fuzz {
  private static final int ROUNDS = Integer.getInteger("lens.mutations", Effort.of(200, 10_000));
  private static final int MAX_MESSAGE = 3_100;
  private static final long MAX_BYTES = 512L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String reader;
  private final Path file;
  private final Map<String, AssertionError> faults = new LinkedHashMap<>();

  Fuzz(String reader, Path file) {
    this.reader = reader;
    this.file = file;
  }

  /** Reads the file, and whatever goes with it. */
  @FunctionalInterface
  interface Reading {
    void read() throws IOException;
  }

  /** A mutation of a file. */
  @FunctionalInterface
  interface Mutation {
    byte[] of(byte[] good, long seed);
  }

  /** Tries the mutations; the file is as it was afterwards. Returns how many were refused. */
  int check(Mutation mutation, Reading reading) throws IOException {
    byte[] good = Files.readAllBytes(file);
    reading.read();
    int refused = 0;
    List<Long> seeds = seeds();
    for (long seed : seeds) {
      Files.write(file, mutation.of(good, seed));
      refused += refused(reading, seed) ? 1 : 0;
    }
    Files.write(file, good);
    if (!faults.isEmpty()) {
      AssertionError all = new AssertionError(String.join("\n", messages()));
      faults.values().forEach(all::addSuppressed);
      throw all;
    }
    return refused;
  }

  private List<String> messages() {
    return faults.entrySet().stream()
        .map(e -> e.getValue().getMessage() + "\n    at " + e.getKey())
        .toList();
  }

  private boolean refused(Reading reading, long seed) {
    long before = allocated();
    String replay = "%s, replay with -Dlens.seed=%d".formatted(reader, seed);
    try {
      reading.read();
      return false;
    } catch (ModelFormatException | LensException | ChatTemplateException e) {
      if (e.getMessage().isBlank() || e.getMessage().length() > MAX_MESSAGE) {
        fault(replay, new IllegalStateException("a message of this length", e));
      }
      return true;
    } catch (IOException | RuntimeException | Error e) {
      fault(replay, e);
      return true;
    } finally {
      if (allocated() - before > MAX_BYTES) {
        fault(replay, new IllegalStateException("megabytes: " + (allocated() - before >> 20)));
      }
    }
  }

  /** One of each kind, by what was thrown and where. */
  private void fault(String replay, Throwable e) {
    Throwable thrown = e.getCause() == null ? e : e.getCause();
    String where =
        Stream.of(thrown.getStackTrace())
            .filter(f -> f.getClassName().startsWith("org.lensdl4j"))
            .map(StackTraceElement::toString)
            .findFirst()
            .orElse("");
    faults.computeIfAbsent(
        e.getClass().getName() + " " + where, k -> new AssertionError(replay + ": " + e, e));
  }

  private static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private List<Long> seeds() throws IOException {
    Long replayed = Long.getLong("lens.seed");
    if (replayed != null) {
      return List.of(replayed);
    }
    List<Long> out = new ArrayList<>(known());
    long first = Seeds.one();
    for (int i = 0; i < ROUNDS; i++) {
      out.add(first + i);
    }
    return out;
  }

  private List<Long> known() throws IOException {
    try (InputStream in = Fuzz.class.getResourceAsStream("/fuzz-seeds.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        Stream<String> all = lines.lines()) {
      return all.filter(l -> l.startsWith(reader + " "))
          .map(l -> Long.valueOf(l.substring(reader.length() + 1).strip()))
          .toList();
    }
  }
}
