package org.lensdl4j.lens.states;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.lensdl4j.model.base.DiskSpace;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.Sha256;
import org.lensdl4j.model.text.TokenSequence;

/**
 * A bounded folder of computed states.
 *
 * <p>An entry is a folder named by its key, which is made elsewhere and renamed, so that it is
 * there whole or not at all; it is taken away the same way. Checksums are compared whenever it is
 * opened: what is damaged is made again. When the bound is passed, the entries used longest ago go
 * first. Several threads and processes may use one cache.
 */
public final class StateCache {
  private static final String MAKING = "making-";
  private static final String NOT_EMPTY = "Directory not empty";
  // Made under its name as often if another process takes an entry away before it is open.
  private static final int ATTEMPTS = 5;

  private final Path root;
  private final long maxBytes;
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

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

  /** Reads an entry. */
  @FunctionalInterface
  public interface Opener<T> {
    /** Opens what is wanted of the entry's files, which are as they were written. */
    T open(Path folder) throws IOException;
  }

  /**
   * What is in an entry, which is made if it is not there, by one thread of this process at a time.
   *
   * <p>What is opened must hold its files open or read them to the end: the folder may be taken
   * away as soon as the opener returns.
   *
   * @throws LensException if it cannot be written
   */
  public <T> T open(String key, Maker maker, Opener<T> opener) {
    synchronized (locks.computeIfAbsent(key, k -> new Object())) {
      for (int i = 0; i < ATTEMPTS; i++) {
        Optional<T> found = find(key, opener);
        if (found.isPresent()) {
          return found.get();
        }
        make(key, maker);
      }
      return alone(maker, opener);
    }
  }

  /** Made for this caller only: what has no name is taken away by nobody. */
  private <T> T alone(Maker maker, Opener<T> opener) {
    try (Draft draft = draft()) {
      maker.make(draft.folder());
      return opener.open(draft.folder());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void make(String key, Maker maker) {
    try (Draft draft = draft()) {
      maker.make(draft.folder());
      draft.keep(key);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException failure ? failure.getReason() : null;
  }

  private LensException failure(IOException e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new LensException(
        String.format(Locale.ROOT, "cannot keep hidden states in %s: %s", root, reason), e);
  }

  /** What is in an entry, if it is there and whole. */
  <T> Optional<T> find(String key, Opener<T> opener) {
    Path folder = root.resolve(key);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try {
      if (EntrySums.hold(folder)) {
        touch(folder);
        return Optional.of(opener.open(folder));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty(); // taken away by another process meanwhile
    } catch (IOException | UncheckedIOException | ModelFormatException e) {
      // As good as damaged: made again.
    }
    drop(folder);
    return Optional.empty();
  }

  /** A new entry without a name yet. */
  Draft draft() {
    try {
      Files.createDirectories(root);
      return new Draft(Files.createTempDirectory(root, MAKING));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** An entry in the making, dropped at the end if it was not kept. */
  final class Draft implements AutoCloseable {
    private final Path folder;

    private Draft(Path folder) {
      this.folder = folder;
    }

    Path folder() {
      return folder;
    }

    /** Gives the entry its name; what another process made meanwhile stays. */
    void keep(String key) {
      Path entry = root.resolve(key);
      try {
        EntrySums.write(folder);
        Files.move(folder, entry, StandardCopyOption.ATOMIC_MOVE);
        touch(entry);
        evict(entry);
      } catch (NoSuchFileException e) {
        // Another process needed the room already.
      } catch (IOException e) {
        // Linux has no exception of its own for a folder in the way of an atomic move.
        if (!Files.isDirectory(entry) && !NOT_EMPTY.equals(reason(e))) {
          throw failure(e);
        }
      }
    }

    @Override
    public void close() {
      delete(folder);
    }
  }

  /** Bound on the sum of all entries' sizes. */
  long maxBytes() {
    return maxBytes;
  }

  /** Whether the disk has room for so many bytes. */
  boolean hasRoom(long bytes) {
    try {
      DiskSpace.require(root, bytes);
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private static void touch(Path folder) throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
  }

  private void evict(Path keep) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (Stream<Path> list = Files.list(root)) {
      list.filter(p -> Files.isDirectory(p) && !p.equals(keep) && !inTheMaking(p))
          .forEach(entries::add);
    }
    long total = size(keep);
    // Asked once: other processes use entries meanwhile, and a sort needs an order that stays.
    Map<Path, Instant> used = new HashMap<>();
    for (Path p : entries) {
      total += size(p);
      used.put(p, usedAt(p));
    }
    entries.sort(Comparator.comparing(used::get));
    for (Path p : entries) {
      if (total <= maxBytes) {
        return;
      }
      total -= size(p);
      drop(p);
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

  private static long size(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> !f.getFileName().toString().equals(EntrySums.FILE))
          .mapToLong(StateCache::length)
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // taken away by another process meanwhile
    }
  }

  /** Takes an entry away at once, so that nobody finds a half of it. */
  private void drop(Path folder) {
    Path aside = root.resolve(MAKING + UUID.randomUUID());
    try {
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      return; // by another process already, or left for the next time
    }
    delete(aside);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(StateCache::deleteFile);
    } catch (IOException | UncheckedIOException e) {
      // Left for the next clean-up: it is only a cache.
    }
  }

  private static void deleteFile(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // As above; the others go nevertheless.
    }
  }

  /**
   * The name of texts.
   *
   * @param kind what it is the name of
   * @param modelHash identity of the weights, or empty
   * @param layer the layer
   * @param texts token ids hold tokenizer, template and cut
   */
  public static String key(String kind, String modelHash, int layer, List<TokenSequence> texts) {
    Sha256 hash =
        new Sha256().add(kind + " 1 " + modelHash + " " + layer + " " + texts.size() + "\n");
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
