package org.lensdl4j.examples.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.examples.report.SideBySide;
import org.lensdl4j.lab.evaluate.fidelity.Fidelity;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;

/**
 * One prompt with the answers of all models.
 *
 * @param language the prompt's, as an ISO 639-1 code; {@code ?} if it cannot be told
 */
record Answered(String prompt, String language, List<Answer> answers) {
  private static final String UNKNOWN = "?";

  /**
   * One answer.
   *
   * @param language the answer's, as an ISO 639-1 code; {@code ?} if it cannot be told
   */
  record Answer(String name, Path path, String text, int tokens, String language) {}

  Answered {
    answers = List.copyOf(answers);
  }

  /** The language of a text; code is passed over. */
  static String languageOf(String text, LanguageIdentifier identifier) {
    return Fidelity.of(text, "en", identifier).found();
  }

  boolean inPromptsLanguage(Answer answer) {
    return !answer.language().equals(UNKNOWN) && answer.language().equals(language);
  }

  /** For people, in the given number of columns. */
  String text(int width) {
    List<SideBySide.Cell> cells = new ArrayList<>();
    for (Answer a : answers) {
      String verdict = inPromptsLanguage(a) ? a.language() : a.language() + ", not " + language;
      boolean known = !a.language().equals(UNKNOWN) && !language.equals(UNKNOWN);
      String heading = a.name() + " [" + (known ? verdict : a.language()) + "]";
      String text = a.text().isBlank() ? "(no answer)" : a.text();
      cells.add(new SideBySide.Cell(heading, text));
    }
    return new SideBySide(width).render("[" + language + "] " + prompt, cells);
  }

  /** One line of JSON: null stands for a language that cannot be told. */
  String json(ObjectMapper mapper) {
    ObjectNode out = mapper.createObjectNode();
    out.put("prompt", prompt).put("language", known(language));
    ArrayNode list = out.putArray("answers");
    for (Answer a : answers) {
      list.addObject()
          .put("name", a.name())
          .put("model", a.path().toString())
          .put("text", a.text())
          .put("tokens", a.tokens())
          .put("language", known(a.language()))
          .put("in_prompts_language", inPromptsLanguage(a));
    }
    return out.toString();
  }

  private static String known(String language) {
    return language.equals(UNKNOWN) ? null : language;
  }
}
