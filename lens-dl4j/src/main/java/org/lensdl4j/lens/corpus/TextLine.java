package org.lensdl4j.lens.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.PythonStrings;

/**
 * One line of a file of texts: a JSON object with a string {@code text}, and optionally an {@code
 * id} (string or whole number) and a {@code split}.
 */
public final class TextLine {
  private TextLine() {}

  /**
   * Reads a line.
   *
   * @param position how messages name the line, {@code file:line}
   * @param split only a text whose field {@code split} has this value; null for any
   * @param absentId the id of a text without one; null if there must be one
   * @return null if it is of another split
   * @throws LensException naming line and field if it cannot be used
   */
  public static TextItem parse(String position, String json, String split, String absentId) {
    JsonObjectLine object = JsonObjectLine.parse(position, json);
    if (split != null && !split.equals(splitOf(object, split))) {
      return null;
    }
    JsonNode text = object.node().path("text");
    if (!text.isTextual()) {
      throw object.wrong("field text", text, "a string");
    }
    return new TextItem(object.id(absentId), checked(position, "field text", text.textValue()));
  }

  /**
   * A text that can be probed.
   *
   * @param what names it in messages
   * @throws LensException if it is blank or not whole characters
   */
  public static String checked(String position, String what, String text) {
    if (PythonStrings.strip(text).isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: %s: found \"%s\", expected a text that is not blank",
              position,
              what,
              text));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: %s holds half of a surrogate pair, expected whole characters",
              position,
              what));
    }
    return text;
  }

  private static String splitOf(JsonObjectLine object, String split) {
    JsonNode value = object.node().path("split");
    if (!value.isTextual()) {
      throw object.wrong(
          "field split", value, "a string, because split '" + split + "' is asked for");
    }
    return value.textValue();
  }
}
