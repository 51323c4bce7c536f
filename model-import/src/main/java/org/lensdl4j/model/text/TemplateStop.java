package org.lensdl4j.model.text;

/**
 * Ends the rendering of a template at once. An Error, because the engine records exceptions and
 * continues.
 */
final class TemplateStop extends Error {
  private static final long serialVersionUID = 1L;

  TemplateStop(String message) {
    super(message, null, false, false);
  }
}
