package org.lensdl4j.model.base;

/** Something already exists where output should go; the message names it. Nothing was written. */
public final class OutputInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message for the user. */
  public OutputInUseException(String message) {
    super(message);
  }
}
