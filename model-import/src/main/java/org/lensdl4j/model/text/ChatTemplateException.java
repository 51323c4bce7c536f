package org.lensdl4j.model.text;

/**
 * A chat template cannot be rendered: it is malformed, uses what is not supported, exceeds the
 * limits, or itself refuses the conversation ({@code raise_exception}).
 */
public final class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ChatTemplateException(String message) {
    super(message);
  }

  public ChatTemplateException(String message, Throwable cause) {
    super(message, cause);
  }
}
