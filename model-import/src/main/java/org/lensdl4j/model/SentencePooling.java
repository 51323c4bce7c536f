package org.lensdl4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * How a sentence encoder makes one vector of the states of a text's tokens, as the directories of
 * Sentence Transformers say it in {@code 1_Pooling/config.json}.
 */
public final class SentencePooling {
  private static final String FOLDER = "1_Pooling";
  private static final String FILE = "config.json";
  private static final String MODE = "pooling_mode_";
  private static final String MEAN = "mean_tokens";
  private static final String FIRST = "cls_token";

  private SentencePooling() {}

  /**
   * Reads it.
   *
   * @param directory of the encoder
   * @return empty if the directory does not say
   * @throws ModelFormatException if it says something else than the mean or the first token, or
   *     that more follows than a division by the length
   */
  public static Optional<Pooling> read(Path directory) {
    for (String module : modules(directory)) {
      if (!module.equals(FOLDER) && !module.endsWith("_Normalize")) {
        throw new ModelFormatException(
            String.format(
                Locale.ROOT,
                "%s: found the module %s, expected no more than a pooling and a normalisation",
                directory,
                module));
      }
    }
    Path file = directory.resolve(FOLDER).resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    List<String> modes = new ArrayList<>();
    JsonNode config = JsonFiles.read(file);
    config
        .fields()
        .forEachRemaining(
            e -> {
              if (e.getKey().startsWith(MODE) && e.getValue().asBoolean()) {
                modes.add(e.getKey().substring(MODE.length()));
              }
            });
    if (modes.equals(List.of(MEAN))) {
      return Optional.of(Pooling.MEAN);
    }
    if (modes.equals(List.of(FIRST))) {
      return Optional.of(Pooling.FIRST);
    }
    throw new ModelFormatException(
        String.format(
            Locale.ROOT, "%s: found pooling %s, expected %s or %s", file, modes, MEAN, FIRST));
  }

  /**
   * Reads it where it has to be there.
   *
   * @throws ModelFormatException as {@link #read}, and if the directory does not say
   */
  public static Pooling require(Path directory) {
    return read(directory)
        .orElseThrow(
            () ->
                new ModelFormatException(
                    String.format(
                        Locale.ROOT,
                        "%s: found no pooling configuration, expected %s/%s: whether the encoder's vector is the mean of its tokens or the first one is told by its publisher",
                        directory,
                        FOLDER,
                        FILE)));
  }

  private static List<String> modules(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isDirectory)
          .map(f -> f.getFileName().toString())
          .filter(n -> n.matches("[1-9][0-9]*_[A-Za-z]+"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + directory, e);
    }
  }

  /**
   * Writes it, with the list of modules that Sentence Transformers wants.
   *
   * @param pooling mean or first
   * @param size of a state
   */
  public static void write(Pooling pooling, int size, Path directory) {
    if (pooling != Pooling.MEAN && pooling != Pooling.FIRST) {
      throw new IllegalArgumentException("found pooling " + pooling + ", expected MEAN or FIRST");
    }
    AtomicFile.write(
        directory.resolve(FOLDER).resolve(FILE),
        String.format(
            Locale.ROOT,
            """
        {
          "word_embedding_dimension": %s,
          "pooling_mode_cls_token": %s,
          "pooling_mode_mean_tokens": %s
        }
        """,
            size,
            pooling == Pooling.FIRST,
            pooling == Pooling.MEAN));
    AtomicFile.write(
        directory.resolve("modules.json"),
        """
        [
          {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
          {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
          {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
        ]
        """);
  }
}
