package org.lensdl4j.model.generate;

/** Is told each token as soon as it is chosen. */
@FunctionalInterface
public interface TokenListener {

  /** Hears nothing and lets the generation go on. */
  TokenListener NONE = token -> true;

  /**
   * One more token; tokens that end the text are not heard.
   *
   * @return whether to go on
   */
  boolean next(int token);
}
