package org.lensdl4j.model.text;

import org.lensdl4j.model.base.Bounded;
import org.lensdl4j.model.template.TemplateException;

/**
 * A chat template cannot be rendered: it is malformed, uses what is not supported, exceeds the
 * limits, or itself refuses the conversation ({@code raise_exception}).
 */
public final class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean conversation;

  ChatTemplateException(String message) {
    super(Bounded.message(message));
    conversation = false;
  }

  ChatTemplateException(TemplateException refusal) {
    super(Bounded.message(message(refusal)), refusal);
    conversation = refusal.isRaised();
  }

  private static String message(TemplateException refusal) {
    String where = refusal.line() > 0 ? "chat template, line " + refusal.line() : "chat template";
    String kind = refusal.kind().isEmpty() ? "not supported: " : refusal.kind() + ": ";
    return where + ": " + (refusal.isRaised() ? "" : kind) + refusal.getMessage();
  }

  /**
   * Whether the template itself refuses the conversation, as many refuse a system turn; if not, no
   * conversation that comes so far can be written.
   */
  public boolean refusesConversation() {
    return conversation;
  }
}
