package org.lensdl4j.lens.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.HeldFolder;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * The folder of one training run, held by one process at a time.
 *
 * <p>{@code run.json} says what is trained and what it has cost, {@code log.jsonl} has a line per
 * optimiser step, {@code checkpoint.safetensors} is the last good state, {@code
 * trained.safetensors} the result: it is there when the run is finished.
 */
public final class RunFolder implements AutoCloseable {
  private static final String MARK = "run.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HeldFolder folder;
  private final Path root;

  private RunFolder(HeldFolder folder) {
    this.folder = folder;
    this.root = folder.root();
  }

  /**
   * Takes a folder for a run: a new one, or one that holds an unfinished or finished run of the
   * same identity.
   *
   * @param identity what decides the outcome, by name: settings, model, space, texts
   * @throws LensException if another process uses it, if it holds another run, or something that is
   *     no run
   */
  public static RunFolder take(Path root, Map<String, String> identity, String configJson) {
    RunFolder out = new RunFolder(HeldFolder.take(root, "run", MARK));
    try {
      out.identify(identity, configJson);
      if (Files.exists(out.trained())) {
        out.finished(); // the disk may have failed between result and clean-up
      }
      return out;
    } catch (IOException e) {
      out.close();
      throw new LensException(
          String.format(Locale.ROOT, "cannot use output folder %s: %s", root, e), e);
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
  }

  private void identify(Map<String, String> identity, String configJson) throws IOException {
    Path file = root.resolve(MARK);
    if (!Files.exists(file)) {
      ObjectNode node = JSON.createObjectNode();
      identity.forEach(node::put);
      node.set("config", JSON.readTree(configJson));
      folder.write(MARK, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
      return;
    }
    JsonNode found = JsonFiles.read(file);
    for (Map.Entry<String, String> e : identity.entrySet()) {
      String before = found.path(e.getKey()).asText();
      if (!e.getValue().equals(before)) {
        String other =
            e.getKey().equals("settings")
                ? otherSettings(found.path("config"), JSON.readTree(configJson))
                : String.format(
                    Locale.ROOT,
                    "another %s (%s, now %s)",
                    e.getKey(),
                    brief(before),
                    brief(e.getValue()));
        throw new LensException(
            String.format(
                Locale.ROOT,
                "output folder %s holds a run with %s: name a new folder",
                root,
                other));
      }
    }
  }

  /** The first settings that differ, with both values. */
  private static String otherSettings(JsonNode before, JsonNode now) {
    Set<String> names = new LinkedHashSet<>();
    before.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    List<String> different =
        names.stream()
            .filter(n -> !before.path(n).equals(now.path(n)))
            .limit(3)
            .map(
                n ->
                    String.format(
                        Locale.ROOT, "%s %s, now %s", n, shown(before.path(n)), shown(now.path(n))))
            .toList();
    return different.isEmpty()
        ? "other settings"
        : "other settings (" + String.join("; ", different) + ")";
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "not set" : value.toString();
  }

  /** The beginning of a hash, for messages. */
  static String brief(String hash) {
    return hash.length() > 12 ? hash.substring(0, 12) : hash;
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /** The last good state. */
  public Path checkpoint() {
    return root.resolve("checkpoint.safetensors");
  }

  /** The result. */
  public Path trained() {
    return root.resolve("trained.safetensors");
  }

  /** Adds what a session has cost to {@code run.json}. */
  public void add(RunCost session) {
    // An interrupted thread cannot write files.
    boolean interrupted = Thread.interrupted();
    Path file = root.resolve(MARK);
    try {
      ObjectNode node = (ObjectNode) JsonFiles.read(file);
      RunCost all =
          node.path(RunCost.FIELD).isObject()
              ? RunCost.of(node.path(RunCost.FIELD)).and(session)
              : session;
      all.write(node);
      folder.write(MARK, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "cannot write %s: %s", file, e.getMessage()), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Removes what only an unfinished run needs. */
  public void finished() {
    try {
      Files.deleteIfExists(checkpoint());
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "cannot delete %s: %s", checkpoint(), e.getMessage()), e);
    }
  }

  /**
   * Drops log lines of steps that a resumed run will do again, and of a line that was cut by a
   * crash.
   */
  public void rewindLog(int stepsDone) {
    Path log = root.resolve("log.jsonl");
    try {
      if (!Files.exists(log)) {
        return;
      }
      List<String> keep = new ArrayList<>();
      for (String line : Files.readAllLines(log)) {
        if (keep.size() < stepsDone) {
          keep.add(line);
        }
      }
      if (keep.isEmpty()) {
        Files.delete(log);
      } else {
        folder.write("log.jsonl", String.join("\n", keep));
      }
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "cannot read %s: %s", log, e.getMessage()), e);
    }
  }

  /** Adds a line to the log: a record of one step. */
  public void log(Record report) {
    try {
      Files.writeString(
          root.resolve("log.jsonl"),
          JSON.writeValueAsString(report) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new LensException(
          String.format(
              Locale.ROOT, "cannot write %s: %s", root.resolve("log.jsonl"), e.getMessage()),
          e);
    }
  }

  /**
   * The steps that are in the log of a run folder.
   *
   * @throws LensException if there is none, or a line cannot be read
   */
  public static List<StepReport> readLog(Path root) {
    Path log = root.resolve("log.jsonl");
    List<StepReport> out = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(log)) {
        out.add(JSON.readValue(line, StepReport.class));
      }
    } catch (IOException e) {
      throw new LensException(
          String.format(
              Locale.ROOT, "cannot read %s, line %d: %s", log, out.size() + 1, e.getMessage()),
          e);
    }
    return out;
  }

  /**
   * The settings of a run folder.
   *
   * @throws LensException if it is no run folder
   */
  public static LensConfig readConfig(Path root) {
    require(root);
    Path file = root.resolve(MARK);
    try {
      return LensConfig.fromJson(JsonFiles.read(file).path("config").toString());
    } catch (UncheckedIOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s is not a run folder: cannot read run.json", root), e);
    }
  }

  /**
   * Refuses a folder that is not one of a run.
   *
   * @throws LensException naming the runs directly inside, as a quick start's folder has one
   */
  public static void require(Path folder) {
    if (!Files.isRegularFile(folder.resolve(MARK))) {
      String inside = inside(folder);
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s is not a run folder: it holds no run.json%s",
              folder,
              inside.isEmpty() ? "" : "; there is a run in " + inside));
    }
  }

  private static String inside(Path folder) {
    if (!Files.isDirectory(folder)) {
      return "";
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> Files.isRegularFile(f.resolve(MARK)))
          .sorted()
          .limit(3)
          .map(Path::toString)
          .collect(Collectors.joining(", "));
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
