package org.lensdl4j.lab.chart;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Fits text into widths without a font: widths are those of a wide one, so that text in any usual
 * font takes less.
 */
final class Words {
  private static final String NARROW = "ijlI.,:;|!'`·";
  private static final String SLIM = "frt()[]{}/\\- \"";
  private static final String BROAD = "mwMW%@+=<>~→←↔±×−–—…";

  private Words() {}

  /** An upper estimate of the width of a line, in units of the drawing. */
  static double width(String text, double size) {
    return size * text.codePoints().mapToDouble(Words::em).sum();
  }

  private static double em(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    if (c < 0x250 || type == Character.MATH_SYMBOL || type == Character.DASH_PUNCTUATION) {
      return latin(c);
    }
    if (isFullWidth(c)) {
      return 1.05;
    }
    if (type == Character.COMBINING_SPACING_MARK) {
      return 0.5;
    }
    boolean arabic = c >= 0x590 && c < 0x780;
    return arabic ? 0.68 : 0.82;
  }

  private static double latin(int c) {
    if (NARROW.indexOf(c) >= 0) {
      return 0.35;
    }
    if (SLIM.indexOf(c) >= 0) {
      return 0.42;
    }
    if (BROAD.indexOf(c) >= 0) {
      return 0.98;
    }
    return Character.isUpperCase(c) ? 0.72 : 0.64;
  }

  private static boolean isFullWidth(int c) {
    return c >= 0x1100 && c < 0x1200
        || c >= 0x2E80 && c < 0xA4D0
        || c >= 0xAC00 && c < 0xD7B0
        || c >= 0xF900 && c < 0xFB00
        || c >= 0xFF00 && c < 0xFF61
        || c >= 0x1F000;
  }

  /** The text, or its beginning and an ellipsis, in no more than a width. */
  static String cut(String text, double size, double room) {
    if (width(text, size) <= room) {
      return text;
    }
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    int end = 0;
    for (int next = characters.next(); next != BreakIterator.DONE; next = characters.next()) {
      if (width(text.substring(0, next), size) + size > room) {
        break;
      }
      end = next;
    }
    return text.substring(0, end).stripTrailing() + "…";
  }

  /** The text in lines of no more than a width; what does not fit the last one is cut. */
  static List<String> wrap(String text, double size, double room, int lines) {
    List<String> out = new ArrayList<>();
    BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
    breaks.setText(text);
    int start = 0;
    int end = 0;
    for (int next = breaks.next(); next != BreakIterator.DONE; next = breaks.next()) {
      boolean full = width(text.substring(start, next).stripTrailing(), size) > room;
      if (full && end > start && out.size() < lines - 1) {
        out.add(text.substring(start, end).strip());
        start = end;
      }
      end = next;
    }
    if (start < text.length()) {
      out.add(text.substring(start).strip());
    }
    out.replaceAll(line -> cut(line, size, room));
    return out;
  }
}
