package org.lensdl4j.lab.measure;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lensdl4j.model.base.PythonStrings;

/**
 * How much a text repeats itself: the share of its 3-grams that stood in it before, 1 - different /
 * all. Of words between spaces; in Chinese, Japanese and other texts without spaces, of characters.
 * 0 of a text with fewer than two 3-grams, and close to 1 of one that goes round in circles.
 */
public final class Repetition {
  private static final int N = 3;

  private Repetition() {}

  /** The share, in [0, 1). */
  public static double of(String text) {
    List<String> units = units(text);
    int all = units.size() - N + 1;
    if (all < 2) {
      return 0;
    }
    Set<List<String>> different = new HashSet<>();
    for (int i = 0; i < all; i++) {
      different.add(units.subList(i, i + N));
    }
    return 1 - (double) different.size() / all;
  }

  /** Characters where most letters are of scripts that are written without spaces. */
  private static List<String> units(String text) {
    long letters = text.codePoints().filter(Character::isLetter).count();
    long unspaced = text.codePoints().filter(Repetition::isUnspaced).count();
    if (2 * unspaced <= letters) {
      return PythonStrings.split(text);
    }
    return text.codePoints()
        .filter(c -> !Character.isWhitespace(c))
        .mapToObj(Character::toString)
        .toList();
  }

  private static boolean isUnspaced(int c) {
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR, TIBETAN -> true;
      default -> false;
    };
  }
}
