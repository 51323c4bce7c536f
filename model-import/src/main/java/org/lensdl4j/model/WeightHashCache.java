package org.lensdl4j.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.Sha256;

/**
 * Remembers the hash of weight files by path, size and time of modification, so that 16 GB need not
 * be read again at each start.
 */
final class WeightHashCache {
  /** Files changed so lately may change once more without a new time. */
  private static final Duration UNSETTLED = Duration.ofSeconds(3);

  private final Path folder;

  WeightHashCache(Path folder) {
    this.folder = folder;
  }

  /**
   * The remembered hash, or the computed one, which is then remembered.
   *
   * @param sources weight files, or a folder whose files hold the weights
   */
  String get(List<Path> sources, Supplier<String> compute) {
    try {
      List<Path> files = new ArrayList<>();
      for (Path source : sources) {
        files.addAll(files(source));
      }
      Path entry = folder.resolve(key(files));
      if (Files.isRegularFile(entry) && Files.size(entry) == 64) {
        String known = Files.readString(entry);
        if (known.matches("[0-9a-f]{64}")) {
          return known;
        }
      }
      String hash = compute.get();
      if (settled(files) && entry.equals(folder.resolve(key(files)))) {
        remember(entry, hash);
      }
      return hash;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + sources.get(0) + ": " + e.getMessage(), e);
    }
  }

  private static void remember(Path entry, String hash) {
    try {
      AtomicFile.write(entry, hash);
    } catch (UncheckedIOException e) {
      // It only saves time: a folder that cannot be written must not stop the work.
    }
  }

  private static List<Path> files(Path source) throws IOException {
    if (!Files.isDirectory(source)) {
      return List.of(source);
    }
    try (Stream<Path> list = Files.list(source)) {
      return list.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String key(List<Path> files) throws IOException {
    Sha256 key = new Sha256();
    for (Path file : files) {
      key.addSized(file.toRealPath().toString())
          .addSized(Files.size(file) + " " + Files.getLastModifiedTime(file).toInstant());
    }
    return key.hex();
  }

  private static boolean settled(List<Path> files) throws IOException {
    for (Path file : files) {
      Instant changed = Files.getLastModifiedTime(file).toInstant();
      if (changed.isAfter(Instant.now().minus(UNSETTLED))) {
        return false;
      }
    }
    return true;
  }
}
