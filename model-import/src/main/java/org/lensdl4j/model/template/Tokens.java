package org.lensdl4j.model.template;

import java.util.List;

/** Tokens in turn, and what a parser asks of them. */
final class Tokens {
  private final List<Token> all;
  private int at;

  Tokens(List<Token> all) {
    this.all = all;
  }

  Token current() {
    return all.get(at);
  }

  Token ahead() {
    return all.get(Math.min(at + 1, all.size() - 1));
  }

  Token next() {
    Token token = current();
    if (!token.is(Token.Kind.EOF)) {
      at++;
    }
    return token;
  }

  boolean skipName(String name) {
    return current().isName(name) && next() != null;
  }

  boolean skipOperator(String operator) {
    return current().isOperator(operator) && next() != null;
  }

  Token expect(Token.Kind kind) {
    if (!current().is(kind)) {
      throw unexpected(kind.toString().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  String name() {
    return (String) expect(Token.Kind.NAME).value();
  }

  int line() {
    return current().line();
  }

  TemplateException unexpected(String expected) {
    return fail("expected " + expected + ", got '" + current().shown() + "'");
  }

  TemplateException fail(String message) {
    return TemplateException.syntax(line(), message);
  }
}
