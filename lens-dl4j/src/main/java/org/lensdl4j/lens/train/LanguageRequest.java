package org.lensdl4j.lens.train;

import java.util.Objects;

/**
 * A prompt that asks for an answer in a language, in words or by being in that language itself.
 *
 * @param id of the question; equal for the same question asked otherwise
 * @param language the code of the language that the answer is to be in
 * @param prompt the user's turn
 * @param answer the assistant's turn, or null if none is known
 * @param cut whether the answer was cut off, and its end is not one
 */
public record LanguageRequest(
    String id, String language, String prompt, String answer, boolean cut) {
  public LanguageRequest {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(language, "language");
    Objects.requireNonNull(prompt, "prompt");
  }

  /** A request without an answer. */
  public static LanguageRequest of(String id, String language, String prompt) {
    return new LanguageRequest(id, language, prompt, null, false);
  }

  /** The same with an answer. */
  public LanguageRequest answered(String text, boolean isCut) {
    return new LanguageRequest(id, language, prompt, text, isCut);
  }
}
