package org.lensdl4j.lens.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.trial.TrialResult;

/** The folder of a search, held by one process at a time; files are there whole or not at all. */
final class SearchFolder implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final FileChannel channel;
  private final FileLock lock;

  private SearchFolder(Path root, FileChannel channel, FileLock lock) {
    this.root = root;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes a folder.
   *
   * @param identity what decides the outcome, by name
   * @param resume whether a search of the same identity may be there already
   */
  static SearchFolder take(Path root, Map<String, String> identity, boolean resume) {
    try {
      boolean there = Files.exists(root.resolve("identity.json"));
      if (there && !resume) {
        throw new LensException(
            "output folder %s holds a search: resume it (--resume), or name a new folder"
                .formatted(root));
      }
      if (!there && Files.isDirectory(root) && !isEmpty(root)) {
        throw new LensException(
            "output folder %s is not empty and holds no search: name a new folder".formatted(root));
      }
      Files.createDirectories(root.resolve("candidates"));
      SearchFolder out = lock(root);
      try {
        out.identify(identity);
        return out;
      } catch (IOException | RuntimeException e) {
        out.close();
        throw e;
      }
    } catch (IOException e) {
      throw new LensException("cannot use output folder %s: %s".formatted(root, e), e);
    }
  }

  private static boolean isEmpty(Path root) throws IOException {
    try (Stream<Path> list = Files.list(root)) {
      return list.allMatch(p -> p.getFileName().toString().equals(".lock"));
    }
  }

  private static SearchFolder lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another thread of this process: the same as another process.
    }
    if (lock == null) {
      channel.close();
      throw new LensException("output folder %s is in use by another search".formatted(root));
    }
    return new SearchFolder(root, channel, lock);
  }

  private void identify(Map<String, String> identity) throws IOException {
    Path file = root.resolve("identity.json");
    if (!Files.exists(file)) {
      ObjectNode node = JSON.createObjectNode();
      identity.forEach(node::put);
      replace(file, node.toPrettyString() + "\n");
      return;
    }
    JsonNode found = JSON.readTree(file.toFile());
    identity.forEach(
        (name, value) -> {
          if (!value.equals(found.path(name).asText())) {
            throw new LensException(
                "output folder %s holds a search with another %s: name a new folder"
                    .formatted(root, name));
          }
        });
  }

  Path root() {
    return root;
  }

  /** A search that goes on may find another one, so it has its number. */
  Path winner(int index) {
    return root.resolve("winner-%04d".formatted(index));
  }

  void write(String name, String text) {
    try {
      replace(root.resolve(name), text.endsWith("\n") ? text : text + "\n");
    } catch (IOException e) {
      throw new LensException(
          "cannot write %s: %s".formatted(root.resolve(name), e.getMessage()), e);
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(temporary, text);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void save(CandidateRecord candidate) {
    try {
      ObjectNode node = JSON.createObjectNode();
      node.put("index", candidate.index()).put("seconds", candidate.seconds());
      if (candidate.isComplete()) {
        CandidateScore.Scored scored = candidate.scored();
        node.put("status", "complete")
            .put("score", scored.score())
            .put("gain", scored.gain())
            .put("retention", scored.retention())
            .put("within_budget", scored.withinBudget());
        node.set("result", JSON.readTree(candidate.result().toJson()));
      } else {
        node.put("status", "failed").put("error", candidate.error());
        node.set("config", JSON.readTree(candidate.config().toJson()));
      }
      write(name(candidate.index()), node.toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String name(int index) {
    return "candidates/%04d.json".formatted(index);
  }

  /** What became of a candidate earlier: failed ones are there too. */
  Optional<CandidateRecord> load(int index) {
    Path file = root.resolve(name(index));
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(file.toFile());
      double seconds = node.path("seconds").asDouble();
      if (node.path("status").asText().equals("failed")) {
        LensConfig config = LensConfig.fromJson(node.path("config").toString());
        String error = node.path("error").asText();
        return Optional.of(new CandidateRecord(index, config, null, null, error, seconds));
      }
      TrialResult result = TrialResult.fromJson(node.path("result").toString());
      CandidateScore.Scored scored =
          new CandidateScore.Scored(
              number(node, "score"),
              number(node, "gain"),
              number(node, "retention"),
              node.path("within_budget").asBoolean());
      return Optional.of(
          new CandidateRecord(index, result.config(), scored, result, null, seconds));
    } catch (IOException | LensException | NumberFormatException e) {
      throw new LensException(
          "cannot read %s: %s; delete it to have the candidate tried again"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static double number(JsonNode node, String field) {
    return Double.parseDouble(node.path(field).asText());
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
