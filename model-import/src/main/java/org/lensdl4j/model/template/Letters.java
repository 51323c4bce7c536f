package org.lensdl4j.model.template;

import java.util.Locale;
import java.util.function.IntPredicate;
import org.lensdl4j.model.base.PythonStrings;

/** Upper and lower case, and kinds of characters. */
final class Letters {
  private Letters() {}

  static String change(String name, String text) {
    return switch (name) {
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "casefold" -> fold(text);
      case "capitalize" -> capitalize(text);
      case "title" -> title(text);
      case "swapcase" -> swap(text);
      default -> throw TemplateException.refused("the method '" + name + "' of a string");
    };
  }

  private static String fold(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String lower = Character.toString(c).toLowerCase(Locale.ROOT);
              String folded =
                  c == 0x3c2
                      ? "\u03c3"
                      : Character.toString(c).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
              if (!folded.equals(lower) && c != 0xdf && c != 0xb5 && c != 0x3c2) {
                throw TemplateException.refused("casefold() of " + Character.getName(c));
              }
              out.append(folded);
            });
    return out.toString();
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return upperFirst(text.substring(0, first)) + text.substring(first).toLowerCase(Locale.ROOT);
  }

  /** One character as a word starts with it. */
  private static String upperFirst(String character) {
    int c = character.codePointAt(0);
    String upper = character.toUpperCase(Locale.ROOT);
    if (upper.codePointCount(0, upper.length()) > 1) {
      int first = upper.offsetByCodePoints(0, 1);
      return upper.substring(0, first) + upper.substring(first).toLowerCase(Locale.ROOT);
    }
    return Character.toString(Character.toTitleCase(c));
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      String character = Character.toString(c);
      out.append(inWord ? character.toLowerCase(Locale.ROOT) : upperFirst(character));
      inWord = isCased(c);
    }
    return out.toString();
  }

  private static String swap(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String character = Character.toString(c);
              out.append(
                  Character.isUpperCase(c)
                      ? character.toLowerCase(Locale.ROOT)
                      : Character.isLowerCase(c) ? character.toUpperCase(Locale.ROOT) : character);
            });
    return out.toString();
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static boolean is(String name, String text) {
    return switch (name) {
      case "isascii" -> text.codePoints().allMatch(c -> c < 0x80);
      case "isprintable" -> text.codePoints().allMatch(Printer::isPrintable);
      case "isupper" -> cased(text, c -> Character.isUpperCase(c));
      case "islower" -> cased(text, c -> Character.isLowerCase(c));
      case "istitle" -> isTitle(text);
      case "isidentifier" ->
          !text.isEmpty()
              && (text.charAt(0) == '_' || Character.isUnicodeIdentifierStart(text.codePointAt(0)))
              && text.codePoints().allMatch(c -> c == '_' || Character.isUnicodeIdentifierPart(c));
      case "isspace" -> all(text, c -> c < 0x10000 && PythonStrings.isSpace((char) c));
      case "isalpha" -> all(text, Character::isLetter);
      case "isdecimal" -> all(text, Character::isDigit);
      case "isdigit" -> all(text, Letters::isDigit);
      case "isnumeric" -> all(text, Letters::isNumeric);
      case "isalnum" -> all(text, c -> Character.isLetter(c) || isNumeric(c));
      default -> throw TemplateException.refused("the method '" + name + "' of a string");
    };
  }

  private static boolean all(String text, IntPredicate kind) {
    return !text.isEmpty() && text.codePoints().allMatch(kind);
  }

  private static boolean cased(String text, IntPredicate wanted) {
    return text.codePoints().anyMatch(wanted)
        && text.codePoints().noneMatch(c -> isCased(c) && !wanted.test(c));
  }

  private static boolean isTitle(String text) {
    return text.codePoints().anyMatch(Letters::isCased) && title(text).equals(text);
  }

  /** Decimal digits, and those in circles, raised or lowered. */
  private static boolean isDigit(int c) {
    return Character.isDigit(c)
        || c == 0xb2
        || c == 0xb3
        || c == 0xb9
        || c == 0x2070
        || (c >= 0x2074 && c <= 0x2079)
        || (c >= 0x2080 && c <= 0x2089)
        || (c >= 0x2460 && c <= 0x2468);
  }

  private static boolean isNumeric(int c) {
    if (Character.isIdeographic(c)) { // some are numbers, and Java does not know which
      throw TemplateException.refused("isnumeric() of " + Character.getName(c));
    }
    int type = Character.getType(c);
    return Character.isDigit(c)
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }
}
