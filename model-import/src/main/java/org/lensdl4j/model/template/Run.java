package org.lensdl4j.model.template;

import java.time.Clock;
import java.util.Locale;

/**
 * One rendering: the clock, and what it has spent. Everything that makes a value or goes through
 * one asks here first, so that a rendering is bounded whatever the template does.
 */
final class Run {
  private static final long MAX_STEPS = 20_000_000;
  private static final long ROOM = 1L << 25; // characters; a list item counts as eight
  private static final long ROOM_PER_INPUT = 64;
  private static final int MAX_DEPTH = 700; // what the stack of a thread holds with ease
  private static final int ITEM = 8;

  private final Clock clock;
  private long steps;
  private long room;
  private int depth;

  /**
   * Starts a rendering.
   *
   * @param input characters of the template and its variables, which the bounds grow with
   */
  Run(Clock clock, long input) {
    this.clock = clock;
    this.room = ROOM + ROOM_PER_INPUT * input;
    this.steps = MAX_STEPS + ROOM_PER_INPUT * input;
  }

  Clock clock() {
    return clock;
  }

  /** Before one step. */
  void step() {
    work(1);
  }

  /** Before going through {@code n} things. */
  void work(long n) {
    steps -= n < 0 ? steps + 1 : n;
    if (steps < 0) {
      throw TemplateException.refused("takes more than " + MAX_STEPS + " steps");
    }
  }

  /** Before going through text for a part of it, which may take as long as both multiplied. */
  void search(long text, long part) {
    work(1 + text / 64 * Math.max(1, part));
  }

  /** Before making text of {@code n} characters. */
  void text(long n) {
    room -= n < 0 ? room + 1 : n;
    if (room < 0) {
      throw TemplateException.refused(
          String.format(
              Locale.ROOT,
              "makes more text than fits into its bounds (%d characters and %d for each of the input)",
              ROOM,
              ROOM_PER_INPUT));
    }
    work(n < 0 ? 1 : n / 64);
  }

  /** Before making a list of {@code n} items. */
  void items(long n) {
    text(n > Long.MAX_VALUE / ITEM ? -1 : n * ITEM);
  }

  /** One level deeper; whoever calls this calls {@link #leave}, too. */
  void enter() {
    step();
    if (++depth > MAX_DEPTH) {
      throw TemplateException.refused("nested more than " + MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  /** The value of an expression. */
  Object eval(Expr expression, Frame frame) {
    enter();
    try {
      return expression.eval(this, frame);
    } finally {
      leave();
    }
  }

  boolean test(Expr expression, Frame frame) {
    return Python.truth(eval(expression, frame));
  }

  /** {@code str(value)}. */
  String str(Object value) {
    return Printer.str(this, value);
  }
}
