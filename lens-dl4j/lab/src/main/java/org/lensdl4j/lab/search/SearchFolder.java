package org.lensdl4j.lab.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.HeldFolder;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.JsonFiles;

/** The folder of a search, held by one process at a time; files are there whole or not at all. */
final class SearchFolder implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String MARK = "identity.json";

  private final HeldFolder folder;
  private final Path root;

  private SearchFolder(HeldFolder folder) {
    this.folder = folder;
    this.root = folder.root();
  }

  /**
   * Takes a folder.
   *
   * @param identity what decides the outcome, by name
   * @param resume whether a search of the same identity may be there already
   */
  static SearchFolder take(Path root, Map<String, String> identity, boolean resume) {
    if (Files.exists(root.resolve(MARK)) && !resume) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "output folder %s holds a search: resume it, or name a new folder",
              root));
    }
    SearchFolder out = new SearchFolder(HeldFolder.take(root, "search", MARK));
    try {
      out.identify(identity);
      return out;
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
  }

  private void identify(Map<String, String> identity) {
    Path file = root.resolve(MARK);
    if (!Files.exists(file)) {
      ObjectNode node = JSON.createObjectNode();
      identity.forEach(node::put);
      write(MARK, node.toPrettyString());
      return;
    }
    JsonNode found = JsonFiles.read(file);
    identity.forEach(
        (name, value) -> {
          if (!value.equals(found.path(name).asText())) {
            throw new LensException(
                String.format(
                    Locale.ROOT,
                    "output folder %s holds a search with another %s: name a new folder",
                    root,
                    name));
          }
        });
  }

  Path root() {
    return root;
  }

  /** A search that goes on may find another one, so it has its number. */
  Path winner(int index) {
    return root.resolve(String.format(Locale.ROOT, "winner-%04d", index));
  }

  void write(String name, String text) {
    folder.write(name, text);
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
    return String.format(Locale.ROOT, "candidates/%04d.json", index);
  }

  /** What became of a candidate earlier: failed ones are there too. */
  Optional<CandidateRecord> load(int index) {
    Path file = root.resolve(name(index));
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode node = JsonFiles.read(file);
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
    } catch (UncheckedIOException
        | ModelFormatException
        | LensException
        | NumberFormatException e) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "cannot read %s: %s; delete it to have the candidate tried again",
              file,
              e.getMessage()),
          e);
    }
  }

  private static double number(JsonNode node, String field) {
    return Double.parseDouble(node.path(field).asText());
  }

  @Override
  public void close() {
    folder.close();
  }
}
