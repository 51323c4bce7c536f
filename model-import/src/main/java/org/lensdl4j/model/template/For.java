package org.lensdl4j.model.template;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * {@code for target in items if test recursive} ... {@code else} ... {@code endfor}.
 *
 * @param test null without a condition; its body is empty, its names are those of the condition
 * @param otherwise runs if no round went through to its end
 */
record For(
    Target target,
    Expr items,
    Expr test,
    Captured condition,
    boolean recursive,
    Captured body,
    Captured otherwise,
    int line)
    implements Stmt {
  static final String LOOP = "loop";

  @Override
  public End run(Run run, Frame frame, StringBuilder out) {
    Object value = run.eval(items, frame);
    return loop(run, frame, value, 0, out);
  }

  private End loop(Run run, Frame frame, Object value, int depth, StringBuilder out) {
    Iterator<Object> all = Python.iterate(run, value);
    int length = value instanceof Lazy || test != null ? -1 : Python.length(value);
    Loop loop =
        new Loop(
            run,
            test == null ? all : kept(run, frame, all),
            length,
            depth,
            recursive ? inner -> render(run, frame, inner, depth + 1) : null);
    boolean complete = false;
    while (loop.hasNext()) {
      Frame round = body.frame(run, frame);
      target.assign(run, round, loop.next());
      round.store(LOOP, loop);
      End end = Stmt.all(body.body(), run, round, out);
      if (end == End.BREAK) {
        break;
      }
      complete |= end == End.NORMAL;
    }
    return complete
        ? End.NORMAL
        : Stmt.all(otherwise.body(), run, otherwise.frame(run, frame), out);
  }

  /** What {@code loop(items)} writes. */
  private String render(Run run, Frame frame, Object items, int depth) {
    run.enter();
    try {
      StringBuilder text = new StringBuilder();
      loop(run, frame, items, depth, text);
      return text.toString();
    } finally {
      run.leave();
    }
  }

  /** The items that the condition keeps, each looked at when it is asked for. */
  private Iterator<Object> kept(Run run, Frame frame, Iterator<Object> all) {
    Frame tests = condition.frame(run, frame);
    return new Iterator<>() {
      private Object next = Args.NONE_GIVEN;

      @Override
      public boolean hasNext() {
        while (next == Args.NONE_GIVEN && all.hasNext()) {
          target.assign(run, tests, all.next());
          if (run.test(test, tests)) {
            next = target.value(run, tests);
          }
        }
        return next != Args.NONE_GIVEN;
      }

      @Override
      public Object next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Object out = next;
        next = Args.NONE_GIVEN;
        return out;
      }
    };
  }

  @Override
  public void declare(Symbols symbols) {
    symbols.load(items);
  }

  @Override
  public void resolve(Symbols around) {
    body.resolve(
        around,
        inner -> {
          inner.parameter(LOOP);
          inner.parameters(target);
        });
    otherwise.resolve(around, inner -> {});
    condition.resolve(
        around,
        inner -> {
          inner.parameters(target);
          if (test != null) {
            inner.load(test);
          }
        });
  }
}
