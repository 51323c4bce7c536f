package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tokens to statements. */
final class Parser {
  private static final Expr BODY_TEXT = new Expr.Name(Captured.TEXT);
  private static final Set<String> SPECIAL = Set.of(Macro.CALLER, Macro.VARARGS, Macro.KWARGS);

  private final Tokens tokens;
  private final ExprParser expressions;
  private int loops; // around, within the same macro
  private int anyLoops;
  private boolean soft; // within a condition of the same part

  private Parser(Tokens tokens) {
    this.tokens = tokens;
    this.expressions = new ExprParser(tokens);
  }

  /** Parses a template. */
  static Captured parse(String source) {
    Parser parser = new Parser(new Tokens(Lexer.tokens(source)));
    Captured body = new Captured(parser.statements());
    body.resolve(null, inner -> {});
    return body;
  }

  /** Statements up to one of the tags, which stays the current token; none: up to the end. */
  private List<Stmt> statements(String... ends) {
    List<Stmt> out = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> out.add(new Stmt.Data((String) token.value(), token.line()));
        case VARIABLE_BEGIN -> {
          out.add(new Stmt.Print(expressions.tuple(true, null), token.line()));
          checkKnown();
          tokens.expect(Token.Kind.VARIABLE_END);
        }
        case BLOCK_BEGIN -> {
          if (tokens.current().isName(List.of(ends))) {
            return out;
          }
          expressions.nested(() -> out.add(statement(ends)));
          checkKnown();
          tokens.expect(Token.Kind.BLOCK_END);
        }
        default -> {
          if (ends.length > 0) {
            throw tokens.unexpected("the tag " + String.join(" or ", ends));
          }
          return out;
        }
      }
    }
  }

  private void checkKnown() {
    List<TemplateException> unknown = expressions.takeUnknown();
    if (!soft && !unknown.isEmpty()) {
      throw unknown.get(0);
    }
  }

  /** The body of a block, from the end of its tag to the end of the tag that closes it. */
  private List<Stmt> body(String end) {
    List<Stmt> out = open(end);
    tokens.next();
    return out;
  }

  private List<Stmt> open(String... ends) {
    checkKnown();
    tokens.skipOperator(":");
    tokens.expect(Token.Kind.BLOCK_END);
    return statements(ends);
  }

  /** A body that is a part of its own, where conditions around it do not count. */
  private Captured part(String end) {
    boolean before = soft;
    checkKnown();
    soft = false;
    Captured out = new Captured(body(end));
    soft = before;
    return out;
  }

  private Stmt statement(String... ends) {
    int line = tokens.line();
    if (!tokens.current().is(Token.Kind.NAME)) {
      throw tokens.fail("tag name expected");
    }
    String tag = tokens.name();
    return switch (tag) {
      case "if" -> condition(line);
      case "for" -> loop(line);
      case "set" -> set(line);
      case "macro" -> macro(line);
      case "call" -> call(line);
      case "filter" -> {
        Expr value = expressions.filter(expressions.oneFilter(BODY_TEXT));
        yield new Stmt.FilterBlock(value, part("endfilter"), line);
      }
      case "with" -> with(line);
      case "generation" -> {
        Macro.Definition body = definition(null, List.of(), List.of(), "endgeneration");
        yield new Macro.CallBlock(body, null, line);
      }
      case "print" -> print(line);
      case "block" -> block(line);
      case "autoescape" -> autoescape(line);
      case "break", "continue" -> jump(tag, line);
      case "include", "import", "extends", "from" -> file(tag, line);
      default ->
          throw TemplateException.syntax(
              line,
              String.format(
                  Locale.ROOT,
                  "Encountered unknown tag '%s'.%s",
                  tag,
                  ends.length == 0 ? "" : " Expected: " + String.join(" or ", ends) + "."));
    };
  }

  private Stmt condition(int line) {
    boolean before = soft;
    soft = true;
    List<Expr> tests = new ArrayList<>();
    List<List<Stmt>> bodies = new ArrayList<>();
    String next;
    do {
      tests.add(expressions.tuple(false, null));
      bodies.add(open("elif", "else", "endif"));
      next = tokens.name();
    } while (next.equals("elif"));
    if (next.equals("else")) {
      bodies.add(body("endif"));
    }
    soft = before;
    return new Stmt.If(tests, bodies, line);
  }

  private Stmt loop(int line) {
    Target target = target("in", false);
    tokens.expectName("in");
    Expr items = expressions.tuple(false, "recursive");
    checkKnown();
    boolean before = soft;
    soft = false;
    Expr test = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    loops++;
    anyLoops++;
    if (names(target).contains(For.LOOP)) {
      throw tokens.fail("Can't assign to special loop variable in for-loop target");
    }
    Captured body = new Captured(open("endfor", "else"));
    loops--;
    anyLoops--;
    List<Stmt> otherwise = tokens.name().equals("else") ? body("endfor") : List.of();
    soft = before;
    return new For(
        target,
        items,
        test,
        new Captured(List.of()),
        recursive,
        body,
        new Captured(otherwise),
        line);
  }

  private static List<String> names(Target target) {
    if (target instanceof Target.Several several) {
      return several.targets().stream().flatMap(part -> names(part).stream()).toList();
    }
    return target instanceof Target.Name name ? List.of(name.name()) : List.of();
  }

  private Stmt set(int line) {
    Target target = target(null, true);
    if (anyLoops > 0 && names(target).contains(For.LOOP)) {
      throw tokens.fail("Can't assign to special loop variable in for-loop target");
    }
    if (tokens.skipOperator("=")) {
      return new Stmt.Set(target, expressions.tuple(true, null), line);
    }
    Expr value = expressions.filter(BODY_TEXT);
    return new Stmt.SetBlock(target, value, part("endset"), line);
  }

  /** Names that are assigned to; several with commas between them are unpacked. */
  private Target target(String end, boolean namespaces) {
    List<Target> targets = new ArrayList<>();
    boolean several = false;
    do {
      Token token = tokens.current();
      boolean over = token.is(Token.Kind.BLOCK_END) || token.isOperator(")");
      if (over || end != null && token.isName(end)) {
        break;
      }
      targets.add(oneTarget(namespaces));
      several |= tokens.current().isOperator(",");
    } while (tokens.skipOperator(","));
    if (targets.isEmpty()) {
      throw tokens.unexpected("a name");
    }
    return several ? new Target.Several(targets) : targets.get(0);
  }

  private Target oneTarget(boolean namespaces) {
    if (tokens.skipOperator("(")) {
      Target inner = expressions.nested(() -> target(null, false));
      tokens.expectOperator(")");
      return inner;
    }
    String name = tokens.name();
    if (List.of("true", "false", "none", "True", "False", "None").contains(name)) {
      throw tokens.fail("can't assign to '" + name + "'");
    }
    return namespaces && tokens.skipOperator(".")
        ? new Target.Attribute(name, tokens.name())
        : new Target.Name(name);
  }

  private Stmt macro(int line) {
    String name = tokens.name();
    return new Macro.Define(signature(name, "endmacro"), line);
  }

  private Stmt call(int line) {
    List<String> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    if (tokens.current().isOperator("(")) {
      parameters(parameters, defaults);
    }
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw tokens.fail("expected call");
    }
    return new Macro.CallBlock(definition(null, parameters, defaults, "endcall"), call, line);
  }

  private Macro.Definition signature(String name, String end) {
    List<String> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    parameters(parameters, defaults);
    return definition(name, parameters, defaults, end);
  }

  private void parameters(List<String> parameters, List<Expr> defaults) {
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      String name = tokens.name();
      if (parameters.contains(name)) {
        throw tokens.fail("duplicate argument '" + name + "' in a macro");
      }
      parameters.add(name);
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.fail("non-default argument follows default argument");
      }
    }
  }

  private Macro.Definition definition(
      String name, List<String> parameters, List<Expr> defaults, String end) {
    int before = loops;
    loops = 0;
    expressions.watch();
    Captured body = part(end);
    Set<String> uses = expressions.watched();
    loops = before;
    uses.retainAll(SPECIAL);
    boolean bare = parameters.contains(Macro.CALLER) && uses.contains(Macro.CALLER);
    if (bare && parameters.size() - parameters.indexOf(Macro.CALLER) > defaults.size()) {
      throw tokens.fail(
          "the special \"caller\" argument of a macro must be omitted or be given a default.");
    }
    uses.removeAll(parameters);
    return new Macro.Definition(name, parameters, defaults, body, uses);
  }

  private Stmt with(int line) {
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.current().is(Token.Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(target(null, false));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Stmt.With(targets, values, part("endwith"), line);
  }

  private Stmt print(int line) {
    List<Expr> parts = new ArrayList<>();
    while (!tokens.current().is(Token.Kind.BLOCK_END)) {
      if (!parts.isEmpty()) {
        tokens.expectOperator(",");
      }
      parts.add(expressions.expression());
    }
    return new Stmt.Print(new Expr.Concat(parts), line);
  }

  private Stmt block(int line) {
    String name = tokens.name();
    if (tokens.skipName("scoped")) {
      return refused("a scoped block", name, line);
    }
    boolean required = tokens.skipName("required");
    Captured body = part("endblock");
    tokens.skipName(name);
    return new Stmt.Block(name, required, body, line);
  }

  private Stmt refused(String what, String name, int line) {
    tokens.skipName("required");
    body("endblock");
    tokens.skipName(name);
    return new Stmt.Refused(what, line);
  }

  private Stmt autoescape(int line) {
    Expr escapes = expressions.expression();
    Captured body = part("endautoescape");
    if (escapes instanceof Expr.Const value && !Python.truth(value.value())) {
      return new Stmt.With(List.of(), List.of(), body, line);
    }
    return new Stmt.Refused("the tag 'autoescape'", line);
  }

  private Stmt jump(String tag, int line) {
    if (loops == 0) {
      throw TemplateException.syntax(line, "'" + tag + "' outside loop");
    }
    return new Stmt.Jump(tag.equals("break") ? Stmt.End.BREAK : Stmt.End.CONTINUE, line);
  }

  private Stmt file(String tag, int line) {
    while (!tokens.current().is(Token.Kind.BLOCK_END) && !tokens.current().is(Token.Kind.EOF)) {
      tokens.next();
    }
    return new Stmt.Refused("the tag '" + tag + "': a template reads no file", line);
  }
}
