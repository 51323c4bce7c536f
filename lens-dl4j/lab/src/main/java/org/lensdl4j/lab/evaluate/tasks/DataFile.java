package org.lensdl4j.lab.evaluate.tasks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.lensdl4j.model.base.LensException;

/**
 * One language's file of a data set: one JSON object per line.
 *
 * @param path the file
 * @param lines all lines that are not empty
 * @param hash SHA-256, in hex, of the file
 */
public record DataFile(Path path, List<DataLine> lines, String hash) {
  private static final long MAX_BYTES = 1L << 30;

  public DataFile {
    lines = List.copyOf(lines);
  }

  /**
   * Reads a file.
   *
   * @throws LensException naming file and line
   */
  public static DataFile read(Path path) {
    List<DataLine> lines = new ArrayList<>();
    int number = 0;
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new LensException(
            "%s: found %d bytes, expected at most %d".formatted(path, Files.size(path), MAX_BYTES));
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          number++;
          String text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
          digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
          if (!text.isBlank()) {
            lines.add(DataLine.parse(path.toString(), number, text));
          }
        }
      }
      if (lines.isEmpty()) {
        throw new LensException(path + ": found no line, expected one JSON object per line");
      }
      return new DataFile(path, lines, HexFormat.of().formatHex(digest.digest()));
    } catch (CharacterCodingException e) {
      throw new LensException("%s: not UTF-8 after line %d".formatted(path, number), e);
    } catch (IOException e) {
      throw new LensException("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
