package org.lensdl4j.model.template;

import java.util.List;
import java.util.function.Consumer;

/** Statements that have names of their own. Their names are set once those around are known. */
final class Captured {
  /** The name of a block's own text, which no template can write. */
  static final String TEXT = "{}";

  private final List<Stmt> body;
  private Symbols symbols;

  Captured(List<Stmt> body) {
    this.body = body;
  }

  List<Stmt> body() {
    return body;
  }

  Symbols symbols() {
    return symbols;
  }

  /**
   * Settles the names.
   *
   * @param around of the part around; null for a part that sees none
   * @param first notes the names that are there before the body
   */
  void resolve(Symbols around, Consumer<Symbols> first) {
    symbols = new Symbols(around);
    first.accept(symbols);
    body.forEach(statement -> statement.declare(symbols));
    body.forEach(statement -> statement.resolve(symbols));
  }

  Frame frame(Run run, Frame parent) {
    return new Frame(run, parent, symbols);
  }
}
