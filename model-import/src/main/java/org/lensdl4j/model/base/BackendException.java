package org.lensdl4j.model.base;

/** ND4J has no backend that can compute on this machine; the message says what to do. */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
