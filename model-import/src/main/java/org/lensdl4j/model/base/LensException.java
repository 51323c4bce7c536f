package org.lensdl4j.model.base;

/**
 * Something that the user gave cannot be used: an option, a text, a language space. The message is
 * one line that names the file or option, what was found and what was expected; it can be shown
 * without a stack trace.
 */
public final class LensException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LensException(String message) {
    super(Bounded.message(message));
  }

  public LensException(String message, Throwable cause) {
    super(Bounded.message(message), cause);
  }
}
