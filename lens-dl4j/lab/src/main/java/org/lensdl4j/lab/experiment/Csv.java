package org.lensdl4j.lab.experiment;

import org.lensdl4j.lab.measure.Interval;

/** A table as comma-separated values (RFC 4180 with line feeds); numbers with all their digits. */
final class Csv {
  private final StringBuilder out = new StringBuilder();
  private final int columns;

  Csv(String... header) {
    columns = header.length;
    row((Object[]) header);
  }

  /**
   * Adds a row. An {@link Interval} fills three columns: value, low, high; null and NaN leave
   * theirs empty.
   */
  Csv row(Object... values) {
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
          "row of %d values, expected %d".formatted(filled, columns));
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
  static String[] interval(String name) {
    return new String[] {name, name + "_low", name + "_high"};
  }

  /** Header names and groups of them, in order. */
  static String[] header(Object... parts) {
    java.util.List<String> names = new java.util.ArrayList<>();
    for (Object part : parts) {
      names.addAll(
          part instanceof String[] group
              ? java.util.List.of(group)
              : java.util.List.of((String) part));
    }
    return names.toArray(String[]::new);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
