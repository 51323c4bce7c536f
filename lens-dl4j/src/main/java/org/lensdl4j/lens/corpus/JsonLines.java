package org.lensdl4j.lens.corpus;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Predicate;
import org.lensdl4j.model.base.LensException;

/**
 * Reads one file line by line; errors name file, line and field. A line is a JSON object with a
 * string {@code text}, and optionally an {@code id} (string or whole number) and a {@code split}.
 */
final class JsonLines {
  private final Path file;
  private final String split;
  private final boolean idRequired;
  private int line;

  /**
   * @param split only items whose field {@code split} has this value; null for all
   */
  JsonLines(Path file, String split, boolean idRequired) {
    this.file = file;
    this.split = split;
    this.idRequired = idRequired;
  }

  /** Hands items over until the taker returns false. */
  void forEach(Predicate<TextItem> taker) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (byte[] bytes = nextLine(in); bytes != null; bytes = nextLine(in)) {
        line++;
        String text = decode(bytes);
        if (line == 1 && text.startsWith("\uFEFF")) {
          text = text.substring(1); // a byte order mark belongs to the file, not to the text
        }
        TextItem item =
            text.isBlank()
                ? null
                : TextLine.parse(position(), text, split, idRequired ? null : "#" + line);
        if (item != null && !taker.test(item)) {
          return;
        }
      }
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be read: %s", file, e.getMessage()), e);
    }
  }

  /** Where the reader stands, {@code file:line}. */
  String position() {
    return file + ":" + line;
  }

  private static byte[] nextLine(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    int b = in.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      out.write(b);
    }
    return out.toByteArray();
  }

  private String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new LensException(position() + ": the line is not UTF-8", e);
    }
  }
}
