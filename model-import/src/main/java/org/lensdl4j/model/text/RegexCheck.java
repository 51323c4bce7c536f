package org.lensdl4j.model.text;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds regular expressions on which the native library aborts: it does so when a search takes more
 * than ten million steps, which a repeated repetition does on a few dozen characters, and when
 * groups nest so deep that its stack ends. Expressions of the rules that this library knows are
 * safe.
 *
 * <p>It reads Oniguruma's dialect as far as groups, classes and repetitions go. What it cannot find
 * is ambiguity of another kind, such as alternatives that overlap.
 */
final class RegexCheck {
  private static final int MAX_LENGTH = 16_384;
  private static final int MAX_DEPTH = 50;
  private static final int MANY = 10;

  private static final Set<String> KNOWN =
      Arrays.stream(PreTokenizer.values())
          .flatMap(pre -> pre.json().findValuesAsText("Regex").stream())
          .collect(Collectors.toUnmodifiableSet());

  private final String regex;
  private final Deque<Group> open = new ArrayDeque<>();
  private int at;
  private boolean lastRepeats;
  private boolean afterRepetition;
  private boolean afterCounts;

  /** A group; what it holds may take several ways to match the same text if it repeats. */
  private static final class Group {
    final boolean atomic;
    boolean repeats;

    Group(boolean atomic) {
      this.atomic = atomic;
    }
  }

  private RegexCheck(String regex) {
    this.regex = regex;
  }

  /** What is dangerous about an expression, or nothing. */
  static Optional<String> danger(String regex) {
    if (KNOWN.contains(regex)) {
      return Optional.empty();
    }
    if (regex.length() > MAX_LENGTH) {
      return Optional.of("has " + regex.length() + " characters, expected at most " + MAX_LENGTH);
    }
    return Optional.ofNullable(new RegexCheck(regex).scan());
  }

  private String scan() {
    open.push(new Group(false));
    while (at < regex.length()) {
      String danger = step(regex.charAt(at));
      if (danger != null) {
        return danger;
      }
    }
    return open.size() == 1 ? null : "has an open group";
  }

  private String step(char c) {
    switch (c) {
      case '\\' -> {
        return escape();
      }
      case '[' -> characterClass();
      case '(' -> {
        return group();
      }
      case ')' -> {
        return closed();
      }
      case '*', '+', '?', '{' -> {
        return repetition(c);
      }
      default -> atom(1);
    }
    return null;
  }

  private void atom(int length) {
    at += length;
    lastRepeats = false;
    afterRepetition = false;
  }

  private String escape() {
    char next = at + 1 < regex.length() ? regex.charAt(at + 1) : '\\';
    if (next >= '1' && next <= '9' || next == 'k' || next == 'g') {
      return "refers back to a group, which can take the library too many steps";
    }
    int end = at + 2;
    if ((next == 'p' || next == 'P' || next == 'x') && regex.startsWith("{", end)) {
      int brace = regex.indexOf('}', end);
      end = brace < 0 ? regex.length() : brace + 1;
    }
    atom(Math.min(end, regex.length()) - at);
    return null;
  }

  private void characterClass() {
    int depth = 0;
    int i = at;
    do {
      char c = regex.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        depth++;
        if (regex.startsWith("^", i + 1)) {
          i++;
        }
        if (regex.startsWith("]", i + 1)) {
          i++;
        }
      } else if (c == ']') {
        depth--;
      }
      i++;
    } while (depth > 0 && i < regex.length());
    atom(i - at);
  }

  private String group() {
    if (regex.startsWith("(?(", at) || regex.startsWith("(?~", at)) {
      return "has a condition or an absence, which can take the library too many steps";
    }
    if (open.size() > MAX_DEPTH) {
      return "nests groups deeper than " + MAX_DEPTH;
    }
    open.push(new Group(regex.startsWith("(?>", at)));
    at++;
    if (regex.startsWith("?", at)) { // its kind, which is no repetition
      at++;
      if (regex.startsWith("#", at)) {
        int end = regex.indexOf(')', at);
        at = end < 0 ? regex.length() : end;
      }
    }
    lastRepeats = false;
    afterRepetition = false;
    return null;
  }

  private String closed() {
    Group group = open.pop();
    if (open.isEmpty()) {
      return "closes a group that is not open";
    }
    at++;
    lastRepeats = group.repeats && !group.atomic;
    open.peek().repeats |= lastRepeats;
    afterRepetition = false;
    return null;
  }

  private String repetition(char c) {
    int least = c == '+' ? 1 : 0;
    int most = c == '?' ? 1 : Integer.MAX_VALUE;
    int end = at + 1;
    if (c == '{') {
      int brace = regex.indexOf('}', at);
      String counts = brace < 0 ? "" : regex.substring(at + 1, brace);
      if (!counts.matches("\\d{1,6}|\\d{0,6},\\d{0,6}") || counts.equals(",")) {
        atom(1); // a brace that stands for itself
        return null;
      }
      int comma = counts.indexOf(',');
      String first = comma < 0 ? counts : counts.substring(0, comma);
      String second = comma < 0 ? counts : counts.substring(comma + 1);
      least = first.isEmpty() ? 0 : Integer.parseInt(first);
      most = second.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(second);
      end = brace + 1;
    } else if (afterRepetition) { // possessive or lazy
      at++;
      afterRepetition = false;
      // After counts a plus is one more repetition.
      return c == '*' || c == '+' && afterCounts && lastRepeats ? repeated() : null;
    }
    if (most >= MANY && (lastRepeats || c == '{' && afterRepetition)) {
      return repeated();
    }
    at = end;
    if (most > least && most > 1) {
      lastRepeats = true;
      open.peek().repeats = true;
    }
    afterRepetition = true;
    afterCounts = c == '{';
    return null;
  }

  private static String repeated() {
    return "repeats a repetition, which takes the library too many steps on some texts";
  }
}
