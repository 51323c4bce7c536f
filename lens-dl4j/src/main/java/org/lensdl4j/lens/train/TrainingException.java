package org.lensdl4j.lens.train;

/**
 * Training cannot go on: a loss or gradient is not a number, or the run was interrupted. What is on
 * disk is the last good checkpoint.
 */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }
}
