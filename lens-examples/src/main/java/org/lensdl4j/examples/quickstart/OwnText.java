package org.lensdl4j.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/**
 * The text that comes with the project: the Universal Declaration of Human Rights, in parallel
 * paragraphs.
 */
public final class OwnText {
  /** The languages that are there; the first is the central one. */
  public static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "bn", "sw");

  /** The value of field {@code split} in lines to train on. */
  public static final String TRAIN = "train";

  /** The value of field {@code split} in lines to measure on. */
  public static final String HELD_OUT = "heldout";

  private OwnText() {}

  /**
   * Writes {@code <language>.jsonl} for each language.
   *
   * @throws LensException if a language is not there
   */
  public static void write(Path folder, List<String> languages) throws IOException {
    Files.createDirectories(folder);
    for (String language : languages) {
      String resource = "/udhr/" + language + ".jsonl";
      try (InputStream in = OwnText.class.getResourceAsStream(resource)) {
        if (in == null || !LANGUAGES.contains(language)) {
          throw new LensException(
              String.format(
                  Locale.ROOT,
                  "language %s: the project's own text has %s",
                  language,
                  String.join(", ", LANGUAGES)));
        }
        Files.copy(in, folder.resolve(language + ".jsonl"), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
