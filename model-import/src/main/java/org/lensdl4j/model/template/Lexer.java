package org.lensdl4j.model.template;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lensdl4j.model.base.PythonStrings;

/**
 * Source to tokens, with {@code trim_blocks} and {@code lstrip_blocks}: the first line end behind a
 * block is dropped, and so is the white space before it on its line.
 */
final class Lexer {
  private static final Pattern RAW =
      Pattern.compile("\\{%([-+]?)\\s*+raw\\s*+(-%\\}\\s*+|%\\})", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern END_RAW =
      Pattern.compile(
          "\\{%([-+]?)\\s*+endraw\\s*+(\\+%\\}|-%\\}\\s*+|%\\}\\n?)",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(\\d+_)*+\\d+((\\.(\\d+_)*+\\d+)?[eE][+\\-]?(\\d+_)*+\\d+|\\.(\\d+_)*+\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "(0[bB](_?[01])++|0[oO](_?[0-7])++|0[xX](_?[\\da-fA-F])++|[1-9](_?\\d)*+|0(_?0)*+)");
  private static final Pattern OPERATOR =
      Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}<>=.:|,;]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean lineStarts = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
    lexer.root();
    lexer.add(Token.Kind.EOF, "");
    return lexer.tokens;
  }

  private void root() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        data(source.substring(at), "+", false);
        at = source.length();
        return;
      }
      char kind = source.charAt(tag + 1);
      Matcher raw = RAW.matcher(source).region(tag, source.length());
      if (kind == '%' && raw.lookingAt()) {
        data(source.substring(at, tag), raw.group(1), true);
        advance(tag, raw.end());
        raw();
        continue;
      }
      char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
      boolean signed = sign == '-' || sign == '+';
      data(source.substring(at, tag), signed ? String.valueOf(sign) : "", kind != '{');
      advance(tag, tag + (signed ? 3 : 2));
      switch (kind) {
        case '#' -> comment();
        case '%' -> inside(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
        default -> inside(Token.Kind.VARIABLE_BEGIN, Token.Kind.VARIABLE_END, "}}");
      }
    }
  }

  private int nextTag() {
    int tag = source.indexOf('{', at);
    while (tag >= 0 && tag + 1 < source.length()) {
      if ("%{#".indexOf(source.charAt(tag + 1)) >= 0) {
        return tag;
      }
      tag = source.indexOf('{', tag + 1);
    }
    return -1;
  }

  /** Text before a tag, with white space taken away as the tag's sign says. */
  private void data(String text, String sign, boolean block) {
    String kept = text;
    if (sign.equals("-")) {
      kept = PythonStrings.rstrip(text);
    } else if (!sign.equals("+") && block) {
      int start = text.lastIndexOf('\n') + 1;
      if ((start > 0 || lineStarts) && PythonStrings.strip(text.substring(start)).isEmpty()) {
        kept = text.substring(0, start);
      }
    }
    if (!kept.isEmpty()) {
      add(Token.Kind.DATA, kept);
    }
    line += count(text);
  }

  private void raw() {
    Matcher end = END_RAW.matcher(source);
    if (!end.find(at)) {
      throw TemplateException.syntax(line, "Missing end of raw directive");
    }
    data(source.substring(at, end.start()), end.group(1), true);
    advance(end.start(), end.end());
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw TemplateException.syntax(line, "Missing end of comment tag");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    advance(at, tagEnd(end + 2, sign, true));
  }

  /** Where the text goes on behind a tag. */
  private int tagEnd(int end, char sign, boolean trims) {
    int next = end;
    if (sign == '-') {
      while (next < source.length() && PythonStrings.isSpace(source.charAt(next))) {
        next++;
      }
    } else if (sign != '+' && trims && source.startsWith("\n", next)) {
      next++;
    }
    return next;
  }

  private void advance(int from, int to) {
    line += count(source.substring(from, to));
    lineStarts = to > 0 && source.charAt(to - 1) == '\n';
    at = to;
  }

  private void inside(Token.Kind begin, Token.Kind end, String close) {
    add(begin, "");
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      while (at < source.length() && PythonStrings.isSpace(source.charAt(at))) {
        advance(at, at + 1);
      }
      if (at >= source.length()) {
        return; // the parser finds the end of the template where it does not expect it
      }
      char c = source.charAt(at);
      boolean block = end == Token.Kind.BLOCK_END;
      boolean signed = c == '-' || c == '+' && block;
      if (open.isEmpty() && source.startsWith(close, signed ? at + 1 : at)) {
        add(end, "");
        int behind = at + close.length() + (signed ? 1 : 0);
        advance(at, tagEnd(behind, signed ? c : ' ', block));
        return;
      }
      token(c, open);
    }
  }

  private void token(char c, Deque<Character> open) {
    if (matches(FLOAT, Token.Kind.FLOAT)
        || matches(INTEGER, Token.Kind.INTEGER)
        || name()
        || string(c)) {
      return;
    }
    Matcher operator = OPERATOR.matcher(source).region(at, source.length());
    if (!operator.lookingAt()) {
      throw TemplateException.syntax(
          line, "unexpected char '" + Character.toString(source.codePointAt(at)) + "'");
    }
    balance(c, open);
    add(Token.Kind.OPERATOR, operator.group());
    advance(at, operator.end());
  }

  private void balance(char c, Deque<Character> open) {
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw TemplateException.syntax(line, "unexpected '" + c + "'");
        }
      }
      default -> {}
    }
  }

  private boolean matches(Pattern pattern, Token.Kind kind) {
    Matcher number = pattern.matcher(source).region(at, source.length()).useTransparentBounds(true);
    if (!number.lookingAt()) {
      return false;
    }
    String digits = number.group().replace("_", "");
    add(kind, kind == Token.Kind.FLOAT ? (Object) Double.valueOf(digits) : integer(digits));
    advance(at, number.end());
    return true;
  }

  private static Object integer(String digits) {
    int base =
        switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : ' ') {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 10;
        };
    return Arithmetic.integer(new BigInteger(base == 10 ? digits : digits.substring(2), base));
  }

  private boolean name() {
    int c = source.codePointAt(at);
    if (c != '_' && !Character.isUnicodeIdentifierStart(c)) {
      return false;
    }
    int end = at;
    while (end < source.length()) {
      c = source.codePointAt(end);
      boolean part = Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
      if (c != '_' && !part) {
        break;
      }
      end += Character.charCount(c);
    }
    add(Token.Kind.NAME, source.substring(at, end));
    at = end;
    lineStarts = false;
    return true;
  }

  private boolean string(char quote) {
    if (quote != '\'' && quote != '"') {
      return false;
    }
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw TemplateException.syntax(line, "unexpected char " + quote + ": the string has no end");
    }
    add(Token.Kind.STRING, Escapes.decode(source.substring(at + 1, end), line));
    advance(at, end + 1);
    return true;
  }

  private void add(Token.Kind kind, Object value) {
    tokens.add(new Token(kind, value, line));
  }

  private static int count(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }
}
