package org.lensdl4j.lab.evaluate.tasks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.model.base.LensException;

/**
 * One language's file of a data set: one JSON object per line, or a table of comma-separated values
 * with a header.
 *
 * @param path the file
 * @param lines all lines that are not empty
 * @param hash SHA-256, in hex, of the file
 */
public record DataFile(Path path, List<DataLine> lines, String hash) {
  static final String CSV = ".csv";

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
    return path.toString().endsWith(CSV) ? table(path) : jsonLines(path);
  }

  /**
   * The lines that the English file has too, each beside the English one of the same id.
   *
   * @throws LensException if there are none, or a line has no id
   */
  DataFile beside(DataFile english) {
    Map<String, DataLine> byId = new HashMap<>();
    english.lines.forEach(l -> byId.put(l.scalar("id"), l));
    List<DataLine> both =
        lines.stream()
            .filter(l -> byId.containsKey(l.scalar("id")))
            .map(l -> l.beside(byId.get(l.scalar("id"))))
            .toList();
    if (both.isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found no id that %s has too, expected parallel lines",
              path,
              english.path));
    }
    return new DataFile(path, both, hash + english.hash);
  }

  private static DataFile table(Path path) {
    try {
      requireSize(path);
      byte[] bytes = Files.readAllBytes(path);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      List<List<String>> rows = Csv.parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
      if (rows.size() < 2) {
        throw new LensException(path + ": found no row, expected a header and rows below it");
      }
      List<DataLine> lines = new ArrayList<>();
      for (int i = 1; i < rows.size(); i++) {
        if (rows.get(i).size() != rows.get(0).size()) {
          throw new LensException(
              String.format(
                  Locale.ROOT,
                  "%s: row %d: found %d values, expected %d as in the header",
                  path,
                  i,
                  rows.get(i).size(),
                  rows.get(0).size()));
        }
        ObjectNode row = new ObjectMapper().createObjectNode();
        for (int c = 0; c < rows.get(0).size(); c++) {
          row.put(rows.get(0).get(c), rows.get(i).get(c));
        }
        lines.add(DataLine.of(path.toString(), i, row));
      }
      return new DataFile(path, lines, HexFormat.of().formatHex(sha256().digest(bytes)));
    } catch (CharacterCodingException e) {
      throw new LensException(path + ": not UTF-8", e);
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be read: %s", path, e.getMessage()), e);
    }
  }

  private static void requireSize(Path path) throws IOException {
    if (Files.size(path) > MAX_BYTES) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found %d bytes, expected at most %d",
              path,
              Files.size(path),
              MAX_BYTES));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static DataFile jsonLines(Path path) {
    List<DataLine> lines = new ArrayList<>();
    int number = 0;
    try {
      requireSize(path);
      MessageDigest digest = sha256();
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
      throw new LensException(
          String.format(Locale.ROOT, "%s: not UTF-8 after line %d", path, number), e);
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be read: %s", path, e.getMessage()), e);
    }
  }
}
