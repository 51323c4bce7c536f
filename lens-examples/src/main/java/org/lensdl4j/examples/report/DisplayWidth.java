package org.lensdl4j.examples.report;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many columns of a terminal a text takes: East Asian wide characters two, marks that stand on
 * others none.
 */
public final class DisplayWidth {
  /** First and last of each block whose characters are two columns wide (Unicode's W and F). */
  private static final int[][] WIDE = {
    {0x1100, 0x115F},
    {0x2E80, 0x303E},
    {0x3041, 0x33FF},
    {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},
    {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD}
  };

  private DisplayWidth() {}

  /** Columns of a text without line breaks. */
  public static int of(String text) {
    return text.codePoints().map(DisplayWidth::of).sum();
  }

  private static int of(int character) {
    switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> {
        return 0;
      }
      default -> {
        for (int[] block : WIDE) {
          if (character >= block[0] && character <= block[1]) {
            return 2;
          }
        }
        return 1;
      }
    }
  }

  /**
   * Whether terminals agree on the width and keep the order: they do not for right-to-left scripts,
   * for scripts with marks beside their letters, such as Bengali's, and for joined emoji.
   */
  public static boolean certain(String text) {
    return text.codePoints()
        .noneMatch(
            c -> {
              byte direction = Character.getDirectionality(c);
              return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                  || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC
                  || Character.getType(c) == Character.COMBINING_SPACING_MARK
                  || Character.getType(c) == Character.FORMAT
                  || c >= 0x1F000 && c < 0x20000;
            });
  }

  /** The same without what would move a terminal's cursor or colour it. */
  static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.replace("\r\n", "\n")
        .codePoints()
        .forEach(
            c -> {
              boolean control = Character.getType(c) == Character.CONTROL;
              out.appendCodePoint(c == '\t' ? ' ' : control && c != '\n' ? '\uFFFD' : c);
            });
    return out.toString();
  }

  /**
   * The text in lines of at most the given number of columns, broken where its language allows and,
   * in words longer than a line, between characters.
   */
  public static List<String> wrap(String text, int columns) {
    List<String> out = new ArrayList<>();
    for (String line : printable(text).split("\n", -1)) {
      wrapLine(line, columns, out);
    }
    return out;
  }

  private static void wrapLine(String line, int columns, List<String> out) {
    BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
    breaks.setText(line);
    StringBuilder now = new StringBuilder();
    int from = breaks.first();
    for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
      String piece = line.substring(from, to);
      if (of(now.toString()) + of(piece.stripTrailing()) > columns && !now.isEmpty()) {
        out.add(now.toString().stripTrailing());
        now.setLength(0);
      }
      now.append(piece);
      while (of(now.toString().stripTrailing()) > columns) {
        int cut = fitting(now.toString(), columns);
        out.add(now.substring(0, cut));
        now.delete(0, cut);
      }
      from = to;
    }
    out.add(now.toString().stripTrailing());
  }

  /** Where to cut a word: as many whole characters as fit, at least one. */
  private static int fitting(String word, int columns) {
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(word);
    int cut = characters.next();
    for (int to = cut; to != BreakIterator.DONE; to = characters.next()) {
      if (of(word.substring(0, to)) > columns) {
        break;
      }
      cut = to;
    }
    return cut;
  }
}
