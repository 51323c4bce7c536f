package org.lensdl4j.model.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** {@code strftime} of Python on Linux, in English. */
final class Strftime {
  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('h', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('c', "EEE MMM ppd HH:mm:ss uuuu"),
          Map.entry('d', "dd"),
          Map.entry('D', "MM/dd/uu"),
          Map.entry('e', "ppd"),
          Map.entry('F', "uuuu-MM-dd"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('j', "DDD"),
          Map.entry('k', "ppH"),
          Map.entry('l', "pph"),
          Map.entry('m', "MM"),
          Map.entry('M', "mm"),
          Map.entry('p', "a"),
          Map.entry('r', "hh:mm:ss a"),
          Map.entry('R', "HH:mm"),
          Map.entry('S', "ss"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('x', "MM/dd/uu"),
          Map.entry('X', "HH:mm:ss"),
          Map.entry('y', "uu"),
          Map.entry('Y', "uuuu"));

  private Strftime() {}

  static String format(Run run, String format, LocalDateTime time) {
    run.text(20L * format.length());
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      boolean bare = format.startsWith("-", i + 1);
      i += bare ? 2 : 1;
      if (i >= format.length()) {
        throw TemplateException.refused("strftime_now: '%' at the end of the format");
      }
      String field = field(format.charAt(i), time);
      out.append(bare ? field.replaceFirst("^[0 ]+(?=.)", "") : field);
    }
    return out.toString();
  }

  private static String field(char kind, LocalDateTime time) {
    switch (kind) {
      case '%':
        return "%";
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'z', 'Z':
        return ""; // the time has no zone
      case 'f':
        return String.format(Locale.ROOT, "%06d", time.getNano() / 1000);
      case 'w':
        return String.valueOf(time.getDayOfWeek().getValue() % 7);
      case 'u':
        return String.valueOf(time.getDayOfWeek().getValue());
      case 'C':
        return String.format(Locale.ROOT, "%02d", time.getYear() / 100);
      default:
        String pattern = PATTERNS.get(kind);
        if (pattern == null) {
          throw TemplateException.refused("strftime_now: '%" + kind + "'");
        }
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
    }
  }
}
