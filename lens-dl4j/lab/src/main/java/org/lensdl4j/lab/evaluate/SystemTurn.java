package org.lensdl4j.lab.evaluate;

import java.util.Locale;
import org.lensdl4j.lab.evaluate.tasks.Requests;
import org.lensdl4j.model.base.LensException;

/** In which language the system turn is, when an answer in some language is asked for. */
public enum SystemTurn {
  /** The text of the option, which is English by default. */
  ENGLISH,
  /** "You are a helpful assistant." in the language itself. */
  OWN,
  /** There is none. A chat template may write one of its own. */
  NONE;

  /** In lower case, as options and files have it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As help texts name it. */
  @Override
  public String toString() {
    return id();
  }

  /**
   * The text; null for no system turn.
   *
   * @throws LensException if it is to be in a language that this project has no words for
   */
  String text(String given, String language) {
    return switch (this) {
      case ENGLISH -> given;
      case NONE -> null;
      case OWN ->
          Requests.assistant(language)
              .orElseThrow(
                  () ->
                      new LensException(
                          String.format(
                              Locale.ROOT,
                              "option system own: found language %s, expected one of %s",
                              language,
                              String.join(", ", Requests.known()))));
    };
  }
}
