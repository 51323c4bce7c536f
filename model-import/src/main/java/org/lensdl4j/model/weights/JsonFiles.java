package org.lensdl4j.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.lensdl4j.model.base.ModelFormatException;

/** Reads the JSON files of a model directory: bounded in size, an object, no key twice. */
public final class JsonFiles {
  private static final long MAX_BYTES = 256L << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes Infinity
          .build();

  private JsonFiles() {}

  /** A text without the byte order mark that some editors write before it. */
  public static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /**
   * Reads one file.
   *
   * @throws ModelFormatException naming the file and the place of the error
   */
  public static JsonNode read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new ModelFormatException(file + " has " + size + " bytes: too long for JSON");
      }
      // As text, because Jackson guesses UTF-16 and UTF-32 from bytes and fails otherwise when it
      // guesses wrong.
      JsonNode root = JSON.readTree(withoutMark(Files.readString(file)));
      if (root == null || !root.isObject()) {
        throw new ModelFormatException(file + " does not hold a JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          String.format(
                  Locale.ROOT,
                  "%s is not valid JSON: %s (line %d)",
                  file,
                  e.getOriginalMessage(),
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr())
              + ForeignFiles.hint(file),
          e);
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(file + " is not valid JSON: it is not UTF-8 text", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
