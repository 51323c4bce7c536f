package org.lensdl4j.model.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Splits a Jinja template into text, statements and expressions, with Jinja2's rules for white
 * space: {@code trim_blocks}, {@code lstrip_blocks}, {@code -} and {@code +} in delimiters, and the
 * last line break of the template dropped. String literals come out with their escapes resolved.
 */
final class TemplateLexer {
  /** What a piece is. */
  enum Kind {
    TEXT,
    STATEMENT,
    EXPRESSION
  }

  /** What a token is; NAME includes words like {@code if} and {@code not}. */
  enum TokenType {
    NAME,
    STRING,
    NUMBER,
    OPERATOR
  }

  /** One token; {@code text} of a string is its value. */
  record Token(TokenType type, String text) {
    boolean is(String name) {
      return type != TokenType.STRING && text.equals(name);
    }
  }

  /** One piece: text, or tokens. */
  record Piece(Kind kind, String text, List<Token> tokens, int line) {}

  private static final Set<String> LONG_OPERATORS = Set.of("==", "!=", "<=", ">=", "//", "**");
  private static final int MAX_DEPTH = 32; // the engine's parser slows down beyond
  private static final int MAX_TOKENS = 1000;
  private static final String OPERATORS = "+-*/%~<>=()[]{}.,:|";

  private final String source;
  private final List<Piece> pieces = new ArrayList<>();
  private int at;

  private TemplateLexer(String template) {
    String text = template.replace("\r\n", "\n").replace('\r', '\n');
    source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  static List<Piece> lex(String template) {
    TemplateLexer lexer = new TemplateLexer(template);
    lexer.run();
    return lexer.pieces;
  }

  private void run() {
    boolean stripLeft = false; // the tag before ends with a minus
    boolean trimLine = false; // the tag before was a block: its line break goes
    while (at < source.length()) {
      int open = nextOpen();
      String text = source.substring(at, open);
      if (stripLeft) {
        text = PythonStrings.lstrip(text);
      } else if (trimLine && text.startsWith("\n")) {
        text = text.substring(1);
      }
      if (open == source.length()) {
        text(text);
        return;
      }
      char kind = source.charAt(open + 1);
      char control = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
      if (control == '-') {
        text = PythonStrings.rstrip(text);
      } else if (control != '+' && kind != '{') {
        text = lstripBlock(text, open, stripLeft);
      }
      text(text);
      at = open + (control == '-' || control == '+' ? 3 : 2);
      if (kind == '#') {
        int close = source.indexOf("#}", at);
        if (close < 0) {
          throw error("comment without end", open);
        }
        at = close + 2;
        stripLeft = source.charAt(close - 1) == '-' && close - 1 >= open + 2;
        trimLine = !(source.charAt(close - 1) == '+');
        continue;
      }
      List<Token> tokens = new ArrayList<>();
      char end = tokens(tokens, kind == '%' ? '%' : '}', open);
      stripLeft = end == '-';
      trimLine = kind == '%' && end != '+';
      if (kind == '%' && tokens.size() == 1 && tokens.get(0).is("raw")) {
        at = raw(open, stripLeft, trimLine);
        stripLeft = rawStripsAfter;
        trimLine = true;
        continue;
      }
      pieces.add(
          new Piece(kind == '%' ? Kind.STATEMENT : Kind.EXPRESSION, null, tokens, line(open)));
    }
  }

  private boolean rawStripsAfter;

  private int raw(int open, boolean stripLeft, boolean trimLine) {
    int start = at;
    for (int i = source.indexOf("{%", start); i >= 0; i = source.indexOf("{%", i + 2)) {
      int p = i + 2;
      boolean minus = p < source.length() && source.charAt(p) == '-';
      p = skipSpace(minus ? p + 1 : p);
      if (!source.startsWith("endraw", p)) {
        continue;
      }
      p = skipSpace(p + 6);
      rawStripsAfter = source.startsWith("-%}", p);
      if (!rawStripsAfter && !source.startsWith("%}", p)) {
        continue;
      }
      String text = source.substring(start, i);
      if (stripLeft) {
        text = PythonStrings.lstrip(text);
      } else if (trimLine && text.startsWith("\n")) {
        text = text.substring(1);
      }
      text(minus ? PythonStrings.rstrip(text) : lstripBlock(text, i, false));
      return p + (rawStripsAfter ? 3 : 2);
    }
    throw error("raw without endraw", open);
  }

  /** White space between the start of a line and a block goes. */
  private String lstripBlock(String text, int open, boolean stripped) {
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean startsLine =
        lineStart > 0
            || open - text.length() == 0
            || (!stripped && source.charAt(open - text.length() - 1) == '\n');
    String rest = text.substring(lineStart);
    return startsLine && PythonStrings.strip(rest).isEmpty() ? text.substring(0, lineStart) : text;
  }

  private int nextOpen() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return source.length();
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      pieces.add(new Piece(Kind.TEXT, text, List.of(), line(at)));
    }
  }

  /** Reads tokens up to the delimiter that ends the tag; returns its sign, or a space. */
  private char tokens(List<Token> out, char close, int open) {
    int depth = 0;
    while (true) {
      at = skipSpace(at);
      if (at >= source.length()) {
        throw error("tag without end", open);
      }
      char c = source.charAt(at);
      if (depth == 0) {
        boolean signed = c == '-' || c == '+';
        int p = signed ? at + 1 : at;
        if (p + 1 < source.length()
            && source.charAt(p) == close
            && source.charAt(p + 1) == '}'
            && !(c == '+' && close == '}')) {
          at = p + 2;
          return signed ? c : ' ';
        }
      }
      if (c == '\'' || c == '"') {
        string(out, c, open);
      } else if (Character.isDigit(c)) {
        int end = at;
        while (end < source.length()
            && (Character.isDigit(source.charAt(end))
                || (source.charAt(end) == '.'
                    && end + 1 < source.length()
                    && Character.isDigit(source.charAt(end + 1))))) {
          end++;
        }
        add(out, TokenType.NUMBER, end);
      } else if (isName(c)) {
        int end = at;
        while (end < source.length()
            && (isName(source.charAt(end)) || Character.isDigit(source.charAt(end)))) {
          end++;
        }
        add(out, TokenType.NAME, end);
      } else if (at + 1 < source.length()
          && LONG_OPERATORS.contains(source.substring(at, at + 2))) {
        add(out, TokenType.OPERATOR, at + 2);
      } else if (OPERATORS.indexOf(c) >= 0) {
        depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
        if (depth > MAX_DEPTH || out.size() > MAX_TOKENS) {
          throw error("an expression nested too deeply or too long", at);
        }
        add(out, TokenType.OPERATOR, at + 1);
      } else {
        throw error("unexpected character '" + c + "'", at);
      }
    }
  }

  private void string(List<Token> out, char quote, int open) {
    StringBuilder value = new StringBuilder();
    int i = at + 1;
    for (; i < source.length() && source.charAt(i) != quote; i++) {
      char c = source.charAt(i);
      if (c != '\\' || i + 1 >= source.length()) {
        value.append(c);
        continue;
      }
      char escaped = source.charAt(++i);
      switch (escaped) {
        case 'n' -> value.append('\n');
        case 't' -> value.append('\t');
        case 'r' -> value.append('\r');
        case 'b' -> value.append('\b');
        case 'f' -> value.append('\f');
        case '0' -> value.append('\0');
        case '\n' -> {}
        case '\\', '\'', '"' -> value.append(escaped);
        case 'x' -> i = code(value, i, 2);
        case 'u' -> i = code(value, i, 4);
        case 'U' -> i = code(value, i, 8);
        default -> value.append('\\').append(escaped);
      }
    }
    if (i >= source.length()) {
      throw error("string without end", open);
    }
    at = i + 1;
    int last = out.size() - 1;
    if (last >= 0 && out.get(last).type() == TokenType.STRING) {
      out.set(last, new Token(TokenType.STRING, out.get(last).text() + value));
    } else {
      out.add(new Token(TokenType.STRING, value.toString()));
    }
  }

  private int code(StringBuilder value, int i, int digits) {
    try {
      value.appendCodePoint(Integer.parseInt(source.substring(i + 1, i + 1 + digits), 16));
      return i + digits;
    } catch (RuntimeException e) {
      throw error("bad escape in a string", i);
    }
  }

  private void add(List<Token> out, TokenType type, int end) {
    out.add(new Token(type, source.substring(at, end)));
    at = end;
  }

  private static boolean isName(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private int skipSpace(int from) {
    int i = from;
    while (i < source.length() && PythonStrings.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  private int line(int position) {
    return 1 + (int) source.substring(0, position).chars().filter(c -> c == '\n').count();
  }

  private ChatTemplateException error(String what, int position) {
    return new ChatTemplateException("chat template, line " + line(position) + ": " + what);
  }
}
