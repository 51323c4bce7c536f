package org.lensdl4j.examples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/**
 * What a quickstart writes.
 *
 * @param path new, empty, or of a quickstart that was interrupted
 */
public record OutputFolder(Path path) {
  /** The texts, as {@code lens probe} and {@code lens train} take them. */
  public Path texts() {
    return path.resolve("texts");
  }

  /** Questions to ask for answers in a language. */
  public Path questions() {
    return path.resolve("questions");
  }

  /** The language space. */
  public Path space() {
    return trainingRun().resolve("space.safetensors");
  }

  /** The run folder of the training. */
  public Path trainingRun() {
    return path.resolve("run");
  }

  /** The exported model as a Hugging Face directory. */
  public Path model() {
    return path.resolve("model");
  }

  /** The exported model as a GGUF file: exact, and a fifth of what 32 bits take. */
  Path gguf() {
    return path.resolve("model.gguf");
  }

  /** The exported model in the form that it was written in. */
  public Path written() {
    return Files.exists(gguf()) ? gguf() : model();
  }

  /** The findings as a picture. */
  public Path picture() {
    return path.resolve("report.svg");
  }

  /** Every figure of a comparison, as JSON. */
  public Path figures() {
    return path.resolve("comparison.json");
  }

  /** Every answer, a line each. */
  public Path answers() {
    return path.resolve("answers.jsonl");
  }

  /**
   * Refuses a folder that holds something else, or a finished quickstart.
   *
   * @throws LensException if it does
   */
  public void requireFree() {
    if (Files.exists(written()) && Files.exists(picture())) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "output folder %s holds a finished quickstart: name another with --out",
              path));
    }
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new LensException(
          String.format(Locale.ROOT, "output folder %s is a file: name another with --out", path));
    }
    try {
      if (Files.exists(path) && !Files.exists(texts())) {
        try (var files = Files.list(path)) {
          if (files.findAny().isPresent()) {
            throw new LensException(
                String.format(
                    Locale.ROOT, "output folder %s is not empty: name another with --out", path));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
