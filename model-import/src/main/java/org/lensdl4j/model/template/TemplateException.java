package org.lensdl4j.model.template;

/**
 * A template is malformed, uses what is not supported, exceeds its bounds, does what Python refuses
 * as well, or refuses the conversation itself.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private enum Cause {
    /** The template's own, by {@code raise_exception}. */
    RAISED,
    /** Python's as well. */
    PYTHON,
    /** This package's: Python may render it. */
    REFUSED
  }

  private final Cause cause;
  private final String kind;
  private final int line;

  private TemplateException(Cause cause, String kind, int line, String message) {
    super(message);
    this.cause = cause;
    this.kind = kind;
    this.line = line;
  }

  /** The template's own refusal, in its own words. */
  static TemplateException raised(String message) {
    return new TemplateException(Cause.RAISED, "TemplateError", 0, message);
  }

  /** What Python refuses, by the name of its exception. */
  static TemplateException python(String kind, String message) {
    return new TemplateException(Cause.PYTHON, kind, 0, message);
  }

  static TemplateException type(String message) {
    return python("TypeError", message);
  }

  static TemplateException value(String message) {
    return python("ValueError", message);
  }

  static TemplateException syntax(int line, String message) {
    return new TemplateException(Cause.PYTHON, "TemplateSyntaxError", line, message);
  }

  /** What Python may render and this package does not. */
  static TemplateException refused(String message) {
    return new TemplateException(Cause.REFUSED, "", 0, message);
  }

  /** The same with the line at which it happened, if none is known yet. */
  TemplateException at(int where) {
    if (line > 0 || cause == Cause.RAISED) {
      return this;
    }
    TemplateException out = new TemplateException(cause, kind, where, getMessage());
    out.setStackTrace(getStackTrace());
    return out;
  }

  /** Whether the template itself refuses, by {@code raise_exception}, such a conversation. */
  public boolean isRaised() {
    return cause == Cause.RAISED;
  }

  /** The name of Python's exception, {@code TypeError} and so on; empty if only we refuse. */
  public String kind() {
    return kind;
  }

  /** The line of the template, from 1; 0 where none is known. */
  public int line() {
    return line;
  }
}
