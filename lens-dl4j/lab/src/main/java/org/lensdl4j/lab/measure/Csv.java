package org.lensdl4j.lab.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table as comma-separated values (RFC 4180 with line feeds); numbers with all their digits. */
public final class Csv {
  private final StringBuilder out = new StringBuilder();
  private final int columns;

  /** A table with its header. */
  public Csv(String... header) {
    columns = header.length;
    row((Object[]) header);
  }

  /**
   * Adds a row. An {@link Interval} fills three columns: value, low, high; null and NaN leave
   * theirs empty.
   */
  public Csv row(Object... values) {
    int filled = 0;
    for (Object value : values) {
      if (value instanceof Interval i) {
        filled = cell(cell(cell(filled, i.value()), i.low()), i.high());
      } else {
        filled = cell(filled, value);
      }
    }
    if (filled != columns) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "row of %d values, expected %d", filled, columns));
    }
    out.append('\n');
    return this;
  }

  private int cell(int at, Object value) {
    out.append(at == 0 ? "" : ",").append(text(value));
    return at + 1;
  }

  private static String text(Object value) {
    if (value == null || value instanceof Double d && d.isNaN()) {
      return "";
    }
    String text = value.toString();
    return text.matches("(?s).*[\",\\r\\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  /** The names of an interval's three columns. */
  public static String[] interval(String name) {
    return new String[] {name, name + "_low", name + "_high"};
  }

  /** Header names and groups of them, in order. */
  public static String[] header(Object... parts) {
    List<String> names = new ArrayList<>();
    for (Object part : parts) {
      names.addAll(part instanceof String[] group ? List.of(group) : List.of((String) part));
    }
    return names.toArray(String[]::new);
  }

  @Override
  public String toString() {
    return out.toString();
  }

  /** Reads the rows of a text, the header first; an empty text has none. */
  public static List<List<String>> parse(String text) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        boolean escaped = c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
        if (c == '"' && !escaped) {
          quoted = false;
        } else {
          cell.append(c);
          i += escaped ? 1 : 0;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',') {
        row.add(cell.toString());
        cell.setLength(0);
      } else if (c == '\n') {
        row.add(cell.toString());
        cell.setLength(0);
        rows.add(row);
        row = new ArrayList<>();
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    if (cell.length() > 0 || !row.isEmpty()) {
      row.add(cell.toString());
      rows.add(row);
    }
    return rows;
  }
}
