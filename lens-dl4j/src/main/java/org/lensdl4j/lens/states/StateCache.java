package org.lensdl4j.lens.states;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Sha256;
import org.lensdl4j.model.text.TokenSequence;

/**
 * A bounded folder of computed states.
 *
 * <p>An entry is a folder named by its key, which is made elsewhere and renamed, so that it is
 * there whole or not at all. When the bound is passed, the entries used longest ago go first.
 * Several processes may use one cache.
 */
public final class StateCache {
  private static final String MAKING = "making-";

  private final Path root;
  private final long maxBytes;

  /**
   * A cache in a folder, which is made when first needed.
   *
   * @param root the folder
   * @param maxBytes bound on the sum of all entries' sizes; the entry at hand is kept even if it is
   *     larger alone
   */
  public StateCache(Path root, long maxBytes) {
    this.root = root;
    this.maxBytes = maxBytes;
  }

  /** Fills the folder of an entry. */
  @FunctionalInterface
  public interface Maker {
    /** Writes the entry's files into {@code folder}, which exists and is empty. */
    void make(Path folder) throws IOException;
  }

  /**
   * The folder of an entry, made if it is not there.
   *
   * @throws LensException if it cannot be written
   */
  public Path entry(String key, Maker maker) {
    Path folder = root.resolve(key);
    try {
      if (!Files.isDirectory(folder)) {
        make(folder, maker);
      }
      Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
      evict(folder);
      return folder;
    } catch (IOException e) {
      throw new LensException("cannot keep hidden states in %s: %s".formatted(root, reason(e)), e);
    }
  }

  /** Whether an entry is there now. */
  public boolean holds(String key) {
    return Files.isDirectory(root.resolve(key));
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private void make(Path folder, Maker maker) throws IOException {
    Files.createDirectories(root);
    Path temporary = Files.createTempDirectory(root, MAKING);
    try {
      maker.make(temporary);
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      // Another process made the same entry meanwhile, with the same content.
      delete(temporary);
    } catch (IOException | RuntimeException e) {
      delete(temporary);
      throw e;
    }
  }

  private void evict(Path keep) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (Stream<Path> list = Files.list(root)) {
      list.filter(p -> Files.isDirectory(p) && !p.equals(keep) && !inTheMaking(p))
          .forEach(entries::add);
    }
    long total = size(keep);
    for (Path p : entries) {
      total += size(p);
    }
    entries.sort(Comparator.comparing(StateCache::usedAt));
    for (Path p : entries) {
      if (total <= maxBytes) {
        return;
      }
      total -= size(p);
      delete(p);
    }
  }

  /** A process that died leaves its folder behind; one that lives must not lose it. */
  private static boolean inTheMaking(Path p) {
    return p.getFileName().toString().startsWith(MAKING)
        && usedAt(p).isAfter(Instant.now().minus(Duration.ofDays(1)));
  }

  private static Instant usedAt(Path p) {
    try {
      return Files.getLastModifiedTime(p).toInstant();
    } catch (IOException e) {
      return Instant.MIN;
    }
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    } catch (java.nio.file.NoSuchFileException e) {
      return 0;
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // Left for the next clean-up: it is only a cache.
    }
  }

  /**
   * The address of what a model's lower layers make of some texts.
   *
   * @param kind what is kept
   * @param modelHash identity of the weights
   * @param layer the layer, 1-based
   * @param texts token ids hold tokenizer, template and cut
   */
  public static String key(String kind, String modelHash, int layer, List<TokenSequence> texts) {
    Sha256 hash =
        new Sha256().add("%s 1 %s %d %d\n".formatted(kind, modelHash, layer, texts.size()));
    for (TokenSequence text : texts) {
      ByteBuffer ids = ByteBuffer.allocate(4 * (text.length() + 2));
      ids.putInt(text.length()).putInt(text.padPosition());
      for (int id : text.ids()) {
        ids.putInt(id);
      }
      hash.add(ids.flip());
    }
    return hash.hex();
  }

  /** The address of what is made from things that have identities of their own. */
  public static String key(String kind, String... identities) {
    return Sha256.hex(kind + " 1 " + String.join(" ", identities));
  }
}
