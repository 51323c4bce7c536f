package org.lensdl4j.examples.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines of a name and its value, aligned. */
final class Facts {
  private static final int WIDTH = 14;

  private final List<String> lines = new ArrayList<>();

  Facts add(String name, String format, Object... values) {
    String text =
        values.length == 0 ? format : String.format(java.util.Locale.ROOT, format, values);
    lines.add(name + " ".repeat(Math.max(1, WIDTH - name.length())) + text);
    return this;
  }

  @Override
  public String toString() {
    return String.join("\n", lines) + "\n";
  }

  /** The first digits of a hash, which are enough to compare two by eye. */
  static String brief(String hash) {
    return hash.isEmpty() ? "unknown" : hash.length() <= 16 ? hash : hash.substring(0, 16);
  }

  static String bytes(long bytes) {
    if (bytes < 10_000) {
      return bytes + " bytes";
    }
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%d kB", bytes / 1000)
        : String.format(Locale.ROOT, "%d MB", bytes / 1_000_000);
  }
}
