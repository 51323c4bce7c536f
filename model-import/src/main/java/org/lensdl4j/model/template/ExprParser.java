package org.lensdl4j.model.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Tokens to expressions, with the precedence that Jinja2 gives the operators. */
final class ExprParser {
  private static final int MAX_DEPTH = 150;
  private static final Expr NOTHING = new Expr.Const(null);
  private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");

  private final Tokens tokens;
  private final Deque<Set<String>> reads = new ArrayDeque<>();
  private List<TemplateException> unknown = new ArrayList<>();
  private int depth;

  ExprParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Notes the names that are read from here on. */
  void watch() {
    reads.push(new HashSet<>());
  }

  /** The names that were read since the call of {@link #watch} that belongs to this one. */
  Set<String> watched() {
    return reads.pop();
  }

  /**
   * Filters and tests read so far that nobody knows; forgotten then. Within a condition they are an
   * error only where they are reached.
   */
  List<TemplateException> takeUnknown() {
    List<TemplateException> out = unknown;
    unknown = new ArrayList<>();
    return out;
  }

  <T> T nested(Supplier<T> part) {
    if (++depth > MAX_DEPTH) {
      throw TemplateException.refused("nested more than " + MAX_DEPTH + " levels deep")
          .at(tokens.line());
    }
    T out = part.get();
    depth--;
    return out;
  }

  /** An expression, or several with commas between them: a tuple. */
  Expr tuple(boolean conditional, String end) {
    List<Expr> parts = new ArrayList<>();
    boolean tuple = false;
    while (!isTupleEnd(end)) {
      parts.add(conditional ? expression() : or());
      if (!tokens.skipOperator(",")) {
        break;
      }
      tuple = true;
    }
    if (!tuple && parts.size() == 1) {
      return parts.get(0);
    }
    if (!tuple) {
      throw tokens.unexpected("an expression");
    }
    return new Expr.ListOf(parts, true);
  }

  private boolean isTupleEnd(String end) {
    Token token = tokens.current();
    return token.is(Token.Kind.VARIABLE_END)
        || token.is(Token.Kind.BLOCK_END)
        || token.isOperator(")")
        || end != null && token.isName(end);
  }

  Expr expression() {
    return nested(this::conditional);
  }

  private Expr conditional() {
    List<TemplateException> outside = unknown;
    unknown = new ArrayList<>();
    Expr value = or();
    while (tokens.skipName("if")) {
      Expr test = or();
      value = new Expr.Conditional(test, value, tokens.skipName("else") ? expression() : null);
      unknown.clear();
    }
    outside.addAll(unknown);
    unknown = outside;
    return value;
  }

  Expr or() {
    Expr left = and();
    while (tokens.skipName("or")) {
      left = new Expr.Logic(left, and(), false);
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.skipName("and")) {
      left = new Expr.Logic(left, not(), true);
    }
    return left;
  }

  private Expr not() {
    return tokens.skipName("not") ? new Expr.Not(nested(this::not)) : comparison();
  }

  private Expr comparison() {
    List<Expr> parts = new ArrayList<>();
    List<String> operators = new ArrayList<>();
    parts.add(sum());
    while (true) {
      Token token = tokens.current();
      if (token.is(Token.Kind.OPERATOR) && COMPARISONS.contains((String) token.value())) {
        operators.add((String) tokens.next().value());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (token.isName("not") && tokens.ahead().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        return operators.isEmpty() ? parts.get(0) : new Expr.Compare(parts, operators);
      }
      parts.add(sum());
    }
  }

  private Expr binary(List<String> operators, Supplier<Expr> operand) {
    Expr left = operand.get();
    Token token = tokens.current();
    while (token.is(Token.Kind.OPERATOR) && operators.contains((String) token.value())) {
      tokens.next();
      left = new Expr.Binary((String) token.value(), left, operand.get());
      token = tokens.current();
    }
    return left;
  }

  private Expr sum() {
    return binary(List.of("+", "-"), this::concat);
  }

  private Expr concat() {
    Expr first = product();
    if (!tokens.current().isOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expr.Concat(parts);
  }

  private Expr product() {
    return binary(List.of("*", "/", "//", "%"), this::power);
  }

  private Expr power() {
    return binary(List.of("**"), () -> unary(true));
  }

  private Expr unary(boolean filtered) {
    Expr value;
    if (tokens.skipOperator("-")) {
      value = new Expr.Sign(nested(() -> unary(false)), true);
    } else if (tokens.skipOperator("+")) {
      value = new Expr.Sign(nested(() -> unary(false)), false);
    } else {
      value = primary();
    }
    value = postfix(value);
    return filtered ? filters(value) : value;
  }

  private Expr primary() {
    Token token = tokens.current();
    switch (token.kind()) {
      case NAME -> {
        tokens.next();
        return name((String) token.value());
      }
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (tokens.current().is(Token.Kind.STRING)) {
          text.append(tokens.next().value());
        }
        return new Expr.Const(text.toString());
      }
      case INTEGER, FLOAT -> {
        return new Expr.Const(tokens.next().value());
      }
      default -> {
        return bracket();
      }
    }
  }

  private Expr name(String name) {
    switch (name) {
      case "true", "True" -> {
        return new Expr.Const(true);
      }
      case "false", "False" -> {
        return new Expr.Const(false);
      }
      case "none", "None" -> {
        return NOTHING;
      }
      default -> {
        reads.forEach(names -> names.add(name));
        return new Expr.Name(name);
      }
    }
  }

  private Expr bracket() {
    if (tokens.skipOperator("(")) {
      Expr value =
          tokens.current().isOperator(")")
              ? new Expr.ListOf(List.of(), true)
              : nested(() -> tuple(true, null));
      tokens.expectOperator(")");
      return value;
    }
    if (tokens.skipOperator("[")) {
      return new Expr.ListOf(sequence("]", false), false);
    }
    if (tokens.skipOperator("{")) {
      return new Expr.DictOf(sequence("}", true));
    }
    throw tokens.fail("unexpected '" + tokens.current().shown() + "'");
  }

  /** Expressions with commas between them, or pairs of them, and the closing bracket. */
  private List<Expr> sequence(String close, boolean pairs) {
    List<Expr> parts = new ArrayList<>();
    while (!tokens.skipOperator(close)) {
      if (!parts.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(close)) {
          return parts;
        }
      }
      parts.add(expression());
      if (pairs) {
        tokens.expectOperator(":");
        parts.add(expression());
      }
    }
    return parts;
  }

  private Expr postfix(Expr start) {
    Expr value = start;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token attribute = tokens.next();
        if (attribute.is(Token.Kind.NAME)) {
          value = new Expr.Attribute(value, (String) attribute.value());
        } else if (attribute.is(Token.Kind.INTEGER)) {
          value = new Expr.Item(value, new Expr.Const(attribute.value()));
        } else {
          throw TemplateException.syntax(attribute.line(), "expected name or number");
        }
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.current().isOperator("(")) {
        value = new Expr.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expr subscript(Expr owner) {
    List<Expr> keys = new ArrayList<>();
    Expr slice = null;
    while (!tokens.skipOperator("]")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
      }
      Expr from = tokens.current().isOperator(":") ? null : expression();
      if (from != null && !tokens.current().isOperator(":")) {
        keys.add(from);
        continue;
      }
      tokens.expectOperator(":");
      Expr to = bound();
      Expr by = tokens.skipOperator(":") ? bound() : NOTHING;
      slice = new Expr.Slice(owner, from == null ? NOTHING : from, to, by);
      keys.add(slice);
    }
    if (slice != null && keys.size() > 1) {
      throw tokens.fail("a slice among several indices");
    }
    if (slice != null) {
      return slice;
    }
    return new Expr.Item(owner, keys.size() == 1 ? keys.get(0) : new Expr.ListOf(keys, true));
  }

  private Expr bound() {
    Token token = tokens.current();
    boolean none = token.isOperator(":") || token.isOperator("]") || token.isOperator(",");
    return none ? NOTHING : expression();
  }

  /** Arguments of a call, in their parentheses. */
  Expr.Arguments arguments() {
    tokens.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    Map<String, Expr> named = new LinkedHashMap<>();
    Expr star = null;
    Expr stars = null;
    boolean first = true;
    while (!tokens.skipOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      first = false;
      boolean valid = stars == null;
      if (tokens.skipOperator("*")) {
        valid &= star == null;
        star = expression();
      } else if (tokens.skipOperator("**")) {
        stars = expression();
      } else if (tokens.current().is(Token.Kind.NAME) && tokens.ahead().isOperator("=")) {
        String name = tokens.name();
        tokens.next();
        valid &= named.put(name, expression()) == null;
      } else {
        valid &= star == null && named.isEmpty();
        positional.add(expression());
      }
      if (!valid) {
        throw tokens.fail("invalid syntax for function call expression");
      }
    }
    return new Expr.Arguments(positional, named, star, stars);
  }

  private Expr filters(Expr start) {
    Expr value = start;
    while (true) {
      if (tokens.current().isOperator("|")) {
        value = filter(value);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.current().isOperator("(")) {
        value = new Expr.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  /** Filters behind a value, as many as there are. */
  Expr filter(Expr start) {
    Expr value = start;
    while (tokens.skipOperator("|")) {
      value = oneFilter(value);
    }
    return value;
  }

  /** One filter, from its name on. */
  Expr oneFilter(Expr value) {
    int line = tokens.line();
    String name = dotted();
    boolean called = tokens.current().isOperator("(");
    if (!Filters.isKnown(name)) {
      unknown.add(TemplateException.syntax(line, "No filter named '" + name + "'."));
    }
    return new Expr.Filter(value, name, called ? arguments() : Expr.Arguments.NONE);
  }

  private String dotted() {
    StringBuilder name = new StringBuilder(tokens.name());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.name());
    }
    return name.toString();
  }

  private Expr test(Expr value) {
    boolean negated = tokens.skipName("not");
    int line = tokens.line();
    String name = dotted();
    if (!Tests.isKnown(name)) {
      unknown.add(TemplateException.syntax(line, "No test named '" + name + "'."));
    }
    Expr.Arguments arguments = Expr.Arguments.NONE;
    if (tokens.current().isOperator("(")) {
      arguments = arguments();
    } else if (startsArgument()) {
      if (tokens.current().isName("is")) {
        throw tokens.fail("You cannot chain multiple tests with is");
      }
      Expr argument = postfix(primary());
      arguments = new Expr.Arguments(List.of(argument), Map.of(), null, null);
    }
    Expr test = new Expr.Test(value, name, arguments);
    return negated ? new Expr.Not(test) : test;
  }

  private boolean startsArgument() {
    Token token = tokens.current();
    return switch (token.kind()) {
      case NAME -> !token.isName(List.of("else", "or", "and"));
      case STRING, INTEGER, FLOAT -> true;
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }
}
