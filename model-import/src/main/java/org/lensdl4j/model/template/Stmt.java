package org.lensdl4j.model.template;

import java.util.List;

/** A statement of the template. */
interface Stmt {
  /** How a statement ends. */
  enum End {
    NORMAL,
    BREAK,
    CONTINUE
  }

  /** Runs the statement and writes its text. */
  End run(Run run, Frame frame, StringBuilder out);

  /** Notes the names that the statement reads and assigns in the part that it stands in. */
  void declare(Symbols symbols);

  /** The line on which it starts. */
  int line();

  /** Settles the names of parts within, once those around are known. */
  default void resolve(Symbols around) {}

  /** Runs statements in turn. */
  static End all(List<Stmt> statements, Run run, Frame frame, StringBuilder out) {
    for (Stmt statement : statements) {
      run.enter();
      try {
        End end = statement.run(run, frame, out);
        if (end != End.NORMAL) {
          return end;
        }
      } catch (TemplateException e) {
        throw e.at(statement.line());
      } finally {
        run.leave();
      }
    }
    return End.NORMAL;
  }

  /** Text as it stands. */
  record Data(String text, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      run.text(text.length());
      out.append(text);
      return End.NORMAL;
    }

    @Override
    public void declare(Symbols symbols) {}
  }

  /** {@code {{ value }}}. */
  record Print(Expr value, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      String text = run.str(run.eval(value, frame));
      run.text(text.length());
      out.append(text);
      return End.NORMAL;
    }

    @Override
    public void declare(Symbols symbols) {
      symbols.load(value);
    }
  }

  /** {@code if}, {@code elif}, {@code else}: tests in turn; the last body may have none. */
  record If(List<Expr> tests, List<List<Stmt>> bodies, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      for (int i = 0; i < bodies.size(); i++) {
        if (i >= tests.size() || run.test(tests.get(i), frame)) {
          return all(bodies.get(i), run, frame, out);
        }
      }
      return End.NORMAL;
    }

    @Override
    public void declare(Symbols symbols) {
      tests.forEach(symbols::load);
      symbols.branches(bodies);
    }

    @Override
    public void resolve(Symbols around) {
      bodies.forEach(body -> body.forEach(statement -> statement.resolve(around)));
    }
  }

  /** {@code set target = value}. */
  record Set(Target target, Expr value, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      target.assign(run, frame, run.eval(value, frame));
      return End.NORMAL;
    }

    @Override
    public void declare(Symbols symbols) {
      symbols.load(value);
      symbols.store(target);
    }
  }

  /** {@code set target | filters} ... {@code endset}: the text of the body, filtered. */
  record SetBlock(Target target, Expr value, Captured body, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      Frame inner = body.frame(run, frame);
      StringBuilder text = new StringBuilder();
      End end = all(body.body(), run, inner, text);
      if (end == End.NORMAL) {
        inner.store(Captured.TEXT, text.toString());
        target.assign(run, frame, run.eval(value, inner));
      }
      return end;
    }

    @Override
    public void declare(Symbols symbols) {
      symbols.store(target);
    }

    @Override
    public void resolve(Symbols around) {
      body.resolve(around, inner -> inner.load(value));
    }
  }

  /** {@code filter name} ... {@code endfilter}; the value reads {@link Captured#TEXT}. */
  record FilterBlock(Expr value, Captured body, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      Frame inner = body.frame(run, frame);
      StringBuilder text = new StringBuilder();
      End end = all(body.body(), run, inner, text);
      if (end == End.NORMAL) {
        inner.store(Captured.TEXT, text.toString());
        String filtered = run.str(run.eval(value, inner));
        run.text(filtered.length());
        out.append(filtered);
      }
      return end;
    }

    @Override
    public void declare(Symbols symbols) {
      symbols.load(value);
    }

    @Override
    public void resolve(Symbols around) {
      body.resolve(around, inner -> inner.load(value));
    }
  }

  /**
   * {@code with}: names of a part of their own; without names a part of its own only.
   *
   * @param targets as many as values
   */
  record With(List<Target> targets, List<Expr> values, Captured body, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      Frame inner = body.frame(run, frame);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(run, inner, run.eval(values.get(i), frame));
      }
      return all(body.body(), run, inner, out);
    }

    @Override
    public void declare(Symbols symbols) {
      values.forEach(symbols::load);
    }

    @Override
    public void resolve(Symbols around) {
      body.resolve(around, inner -> targets.forEach(inner::parameters));
    }
  }

  /** {@code block}: its names see what the template has assigned so far, and nothing sees its. */
  record Block(String name, boolean required, Captured body, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      if (required) {
        throw TemplateException.python(
            "TemplateRuntimeError", "Required block '" + name + "' not found");
      }
      Frame own = new Frame(run, frame.seenByBlocks(), body.symbols());
      return all(body.body(), run, own, out);
    }

    @Override
    public void declare(Symbols symbols) {}

    @Override
    public void resolve(Symbols around) {
      body.resolve(null, inner -> {});
    }
  }

  /** {@code break} and {@code continue}. */
  record Jump(End end, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      return end;
    }

    @Override
    public void declare(Symbols symbols) {}
  }

  /** What is read and refused where it is reached. */
  record Refused(String what, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      throw TemplateException.refused(what);
    }

    @Override
    public void declare(Symbols symbols) {}
  }
}
