package org.lensdl4j.model.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what the user probably meant, for error messages. */
public final class Suggestions {
  private Suggestions() {}

  /**
   * The names nearest to one that is missing.
   *
   * @return an empty string, or a sentence that starts with a space
   */
  public static String near(String wanted, Collection<String> present) {
    List<String> near =
        present.stream()
            .filter(p -> distance(wanted, p) <= Math.max(2, wanted.length() / 3))
            .sorted(Comparator.comparingInt(p -> distance(wanted, p)))
            .limit(3)
            .toList();
    return near.isEmpty() ? "" : " Similar names: " + String.join(", ", near) + ".";
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
