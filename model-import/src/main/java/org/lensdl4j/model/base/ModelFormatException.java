package org.lensdl4j.model.base;

/**
 * A model's files are damaged, hostile, incomplete or of a kind that is not supported. The message
 * names file and tensor.
 */
public final class ModelFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelFormatException(String message) {
    super(Bounded.message(message));
  }

  public ModelFormatException(String message, Throwable cause) {
    super(Bounded.message(message), cause);
  }
}
