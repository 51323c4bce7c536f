package org.lensdl4j.lens.train;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/** The lines of a file that people write. */
final class FileLines {
  private static final long MAX_BYTES = 1L << 30;

  private FileLines() {}

  /**
   * All lines, without a byte order mark.
   *
   * @throws LensException naming the file, if it is too large, no UTF-8 or cannot be read
   */
  static List<String> of(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: has %d bytes, expected at most %d",
                file,
                Files.size(file),
                MAX_BYTES));
      }
      String all = Files.readString(file);
      return List.of((all.startsWith("\uFEFF") ? all.substring(1) : all).split("\r?\n", -1));
    } catch (CharacterCodingException e) {
      throw new LensException(file + ": is not UTF-8", e);
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be read: %s", file, e.getMessage()), e);
    }
  }
}
