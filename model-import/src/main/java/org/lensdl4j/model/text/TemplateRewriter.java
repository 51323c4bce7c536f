package org.lensdl4j.model.text;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.model.text.TemplateLexer.Kind;
import org.lensdl4j.model.text.TemplateLexer.Piece;
import org.lensdl4j.model.text.TemplateLexer.Token;
import org.lensdl4j.model.text.TemplateLexer.TokenType;

/**
 * Rewrites a Jinja2 template for jinjava, which differs from Jinja2 in white space, string escapes,
 * printing of values, and what it lets a template access.
 *
 * <p>In the result all text and all string literals are variables, everything printed goes through
 * {@code lens.str}, loops go through {@code lens.iterate} and count their steps, and only the
 * statements, filters, tests and functions listed here appear. What is not listed ends the
 * rendering with a message where it is reached, and is never rendered differently: templates are
 * full of branches for tools that a plain conversation does not enter.
 */
final class TemplateRewriter {
  static final Set<String> FILTERS =
      Set.of(
          "trim",
          "tojson",
          "length",
          "count",
          "string",
          "items",
          "upper",
          "lower",
          "capitalize",
          "default",
          "d",
          "first",
          "last",
          "join",
          "list",
          "map",
          "select",
          "selectattr",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "int",
          "safe",
          "unique",
          "indent",
          "abs");
  static final Set<String> TESTS =
      Set.of(
          "defined",
          "undefined",
          "none",
          "string",
          "number",
          "mapping",
          "iterable",
          "sequence",
          "equalto",
          "eq",
          "ne",
          "in",
          "true",
          "false",
          "boolean",
          "integer",
          "odd",
          "even",
          "divisibleby",
          "lower",
          "upper");
  static final Set<String> FUNCTIONS = Set.of("raise_exception", "strftime_now", "range");
  private static final Set<String> WORDS = Set.of("and", "or", "not", "in", "is", "if", "else");
  private static final Set<String> ENGINE_WORDS =
      Set.of("div", "mod", "eq", "ne", "lt", "gt", "le", "ge", "empty", "instanceof", "lens");

  private final Map<String, Object> constants = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> macros = new HashSet<>();
  private final Deque<String> open = new ArrayDeque<>(); // the statements that are not ended yet
  private final StringBuilder out = new StringBuilder();
  private int line;

  /** A template for jinjava and the constants that it reads. */
  record Result(String template, Map<String, Object> constants) {}

  static Result rewrite(String source) {
    return new TemplateRewriter().run(TemplateLexer.lex(source));
  }

  private Result run(List<Piece> pieces) {
    for (Piece piece : pieces) {
      if (piece.kind() == Kind.STATEMENT
          && piece.tokens().size() > 1
          && piece.tokens().get(0).is("macro")) {
        macros.add(piece.tokens().get(1).text());
      }
    }
    for (Piece piece : pieces) {
      line = piece.line();
      switch (piece.kind()) {
        case TEXT -> out.append("{{ ").append(constant(piece.text())).append(" }}");
        case EXPRESSION ->
            out.append("{{ lens.str(").append(expression(piece.tokens())).append(") }}");
        default -> statement(piece.tokens());
      }
    }
    return new Result(out.toString(), Map.copyOf(constants));
  }

  private void statement(List<Token> tokens) {
    String word = tokens.isEmpty() ? "" : tokens.get(0).text();
    List<Token> rest = tokens.subList(Math.min(1, tokens.size()), tokens.size());
    switch (word) {
      case "if" -> {
        open.push(word);
        tag("if " + expression(rest));
      }
      case "elif" -> tag("elif " + expression(rest));
      case "else" -> {
        if ("for".equals(open.peek())) {
          out.append("{{ ").append(refusal("for ... else is not supported")).append(" }}");
        } else {
          tag("else");
        }
      }
      case "for" -> loop(rest);
      case "set" -> assign(rest);
      case "macro" -> {
        open.push(word);
        tag("macro " + rewritten(rest, true));
      }
      case "break", "continue" -> tag(word);
      case "endif", "endfor", "endset", "endmacro" -> {
        if (!word.equals("end" + open.poll())) {
          throw error(word + " does not match the open statement");
        }
        tag(word);
      }
      case "generation", "endgeneration" -> {} // marks what is trained on; prints nothing
      default ->
          out.append("{{ ")
              .append(
                  refusal(
                      "statement '"
                          + word
                          + "' is not supported; supported are if, for, set, macro, break,"
                          + " continue, raw and generation"))
              .append(" }}");
    }
  }

  private void tag(String content) {
    out.append("{% ").append(content).append(" %}");
  }

  private void loop(List<Token> tokens) {
    int in = find(tokens, "in", 0);
    if (in < 1) {
      throw error("for without in");
    }
    StringBuilder targets = new StringBuilder();
    int count = 0;
    for (Token token : tokens.subList(0, in)) {
      if (token.type() == TokenType.NAME) {
        targets.append(count++ > 0 ? ", " : "").append(plainName(token));
      } else if (!token.is(",") && !token.is("(") && !token.is(")")) {
        throw error("for: '" + token.text() + "' in the targets");
      }
    }
    int filter = find(tokens, "if", in + 1);
    List<Token> items = tokens.subList(in + 1, filter < 0 ? tokens.size() : filter);
    String all = "lens.iterate(" + expression(items) + ", " + count + ")";
    open.push("for");
    if (filter >= 0) { // a first loop keeps what passes, so that `loop` counts only that
      out.append("{{ lens.open() }}");
      tag("for " + targets + " in " + all);
      out.append("{{ lens.tick() }}");
      tag("if " + expression(tokens.subList(filter + 1, tokens.size())));
      out.append("{{ lens.keep(").append(targets).append(") }}");
      tag("endif");
      tag("endfor");
      all = "lens.kept()";
    }
    tag("for " + targets + " in " + all);
    out.append("{{ lens.tick() }}");
  }

  private void assign(List<Token> tokens) {
    int equals = find(tokens, "=", 0);
    StringBuilder targets = new StringBuilder();
    for (Token token : equals < 0 ? tokens : tokens.subList(0, equals)) {
      if (token.type() == TokenType.NAME) {
        targets.append(plainName(token));
      } else if (token.is(",") || token.is(".")) {
        targets.append(token.text());
      } else {
        throw error("set: '" + token.text() + "' in the targets");
      }
    }
    if (equals < 0) {
      open.push("set");
      tag("set " + targets);
      return;
    }
    tag("set " + targets + " = " + expression(tokens.subList(equals + 1, tokens.size())));
  }

  private String plainName(Token token) {
    checkName(token.text());
    return token.text();
  }

  private static int find(List<Token> tokens, String text, int from) {
    int depth = 0;
    for (int i = from; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.type() == TokenType.OPERATOR) {
        depth += "([{".contains(token.text()) ? 1 : ")]}".contains(token.text()) ? -1 : 0;
      }
      if (depth == 0 && token.is(text)) {
        return i;
      }
    }
    return -1;
  }

  private String expression(List<Token> tokens) {
    if (tokens.isEmpty()) {
      throw error("expression is empty");
    }
    try {
      return rewritten(tokens, false);
    } catch (ChatTemplateException e) {
      return refusal(e.getMessage());
    }
  }

  private String rewritten(List<Token> tokens, boolean declaration) {
    StringBuilder text = new StringBuilder();
    Deque<Integer> named = new ArrayDeque<>(); // depths at which a named argument is open
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (reversal(tokens, i)) {
        text.append(".reversed()");
        i += 5;
        continue;
      }
      if (token.type() == TokenType.OPERATOR) {
        boolean closes = ")]}".contains(token.text());
        if (!named.isEmpty() && named.peek() == depth && (closes || token.is(","))) {
          text.append(")");
          named.pop();
        }
        depth += "([{".contains(token.text()) ? 1 : closes ? -1 : 0;
      }
      boolean tight = token.is(".") || (i > 0 && tokens.get(i - 1).is("."));
      text.append(tight || i == 0 ? "" : " ");
      text.append(
          switch (token.type()) {
            case STRING -> constant(token.text());
            case NAME -> name(tokens, i);
            default -> token.text();
          });
      if (token.is("=")
          && !declaration) { // binds as tightly as a sign in the engine, as nothing in Jinja2
        text.append(" (");
        named.push(depth);
      }
    }
    return text.toString();
  }

  /** Whether {@code [::-1]} starts here. */
  private static boolean reversal(List<Token> tokens, int i) {
    List<String> wanted = List.of("[", ":", ":", "-", "1", "]");
    if (i + wanted.size() > tokens.size()) {
      return false;
    }
    for (int j = 0; j < wanted.size(); j++) {
      if (!tokens.get(i + j).is(wanted.get(j))) {
        return false;
      }
    }
    return true;
  }

  private String name(List<Token> tokens, int i) {
    String name = tokens.get(i).text();
    Token before = i > 0 ? tokens.get(i - 1) : new Token(TokenType.OPERATOR, "");
    boolean called = i + 1 < tokens.size() && tokens.get(i + 1).is("(");
    boolean negatedTest = before.is("not") && i > 1 && tokens.get(i - 2).is("is");
    if (before.is("|")) {
      return listed(name, FILTERS, "filter");
    }
    if ((before.is("is") && !name.equals("not")) || negatedTest) {
      return listed(name.equals("None") ? "none" : name, TESTS, "test");
    }
    if (WORDS.contains(name)) {
      return name;
    }
    checkName(name);
    if (before.is(".")) {
      return name;
    }
    if (called && !macros.contains(name) && !name.equals("namespace")) {
      return "lens." + listed(name, FUNCTIONS, "function");
    }
    return switch (name) {
      case "True" -> "true";
      case "False" -> "false";
      case "None", "none" -> "null";
      default -> name;
    };
  }

  private String listed(String name, Set<String> known, String kind) {
    if (known.contains(name)) {
      return name;
    }
    String[] sorted = known.toArray(String[]::new);
    Arrays.sort(sorted);
    throw error(
        kind + " '" + name + "' is not supported; supported are " + String.join(", ", sorted));
  }

  private void checkName(String name) {
    if (name.startsWith("_") || name.startsWith("lens_") || ENGINE_WORDS.contains(name)) {
      throw error("name '" + name + "' is not allowed");
    }
  }

  private String constant(String value) {
    return names.computeIfAbsent(
        value,
        v -> {
          String name = "lens_" + names.size();
          constants.put(name, v);
          return name;
        });
  }

  /** A call that ends the rendering when it is reached. */
  private String refusal(String message) {
    return "lens.raise_exception(" + constant(message) + ")";
  }

  private ChatTemplateException error(String what) {
    return new ChatTemplateException("chat template, line " + line + ": " + what);
  }
}
