package org.lensdl4j.lens.corpus;

import java.util.Objects;

/**
 * One text.
 *
 * @param id what parallel texts of all languages have in common; {@code #n} for the n-th line of a
 *     file without ids
 * @param text as it stands in the file, unaltered
 */
public record TextItem(String id, String text) {
  public TextItem {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(text, "text");
  }
}
