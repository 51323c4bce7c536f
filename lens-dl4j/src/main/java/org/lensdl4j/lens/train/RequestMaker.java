package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.LanguageNames;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.model.base.LensException;

/**
 * Makes requests of questions: each question in the central language with words that ask for
 * another one, in several wordings by turns; the questions in the languages themselves; and those
 * in the central language alone, which are held.
 *
 * <pre>{@code
 * RequestCorpus requests = RequestMaker.of("en", List.of("ja", "sw")).make(questions);
 * }</pre>
 */
public final class RequestMaker {
  /** What stands for the name of the language in a wording. */
  public static final String NAME = "LANGUAGE";

  /** Where a wording has the question; it stands before one that does not say. */
  public static final String QUESTION = "QUESTION";

  /** The usual wordings. */
  public static final List<String> WORDINGS =
      List.of(
          "Respond in LANGUAGE.",
          "Reply in LANGUAGE.",
          "Answer in LANGUAGE.",
          "Write in LANGUAGE.");

  private final String central;
  private final List<String> targets;
  private final Map<String, String> names = new LinkedHashMap<>();
  private List<String> wordings = WORDINGS;
  private boolean own;
  private int held = 2;

  private RequestMaker(String central, List<String> targets) {
    this.central = central;
    this.targets = List.copyOf(targets);
  }

  /** Requests for answers in some languages, asked in the central one. */
  public static RequestMaker of(String central, List<String> targets) {
    return new RequestMaker(central, targets);
  }

  /**
   * What is written behind a question, {@link #NAME} standing for the language; or around it, with
   * {@link #QUESTION}.
   *
   * @throws LensException if one has no place for the name
   */
  public RequestMaker wordings(List<String> texts) {
    for (String text : texts) {
      if (!text.contains(NAME)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "wording '%s': found no %s, expected it where the language's name is to stand",
                text,
                NAME));
      }
    }
    if (!texts.isEmpty()) {
      wordings = List.copyOf(texts);
    }
    return this;
  }

  /** How languages are called in requests, by code; else by their English names. */
  public RequestMaker names(Map<String, String> byCode) {
    names.putAll(byCode);
    return this;
  }

  /** Whether the questions are asked in the languages themselves, too; off by default. */
  public RequestMaker own(boolean asked) {
    own = asked;
    return this;
  }

  /** How often each question is asked in the central language alone; 2 by default. */
  public RequestMaker held(int times) {
    if (times < 0) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "questions in the central language: found %d times, expected 0 or more",
              times));
    }
    held = times;
    return this;
  }

  /**
   * The requests, without answers, question by question. A question in the central language that
   * has a {@link #NAME} in it asks for a language by itself.
   *
   * @param questions in the central language and, if they are asked, in the others
   * @throws LensException if a language has no name, or its questions are missing
   */
  public RequestCorpus make(Corpus questions) {
    List<LanguageRequest> out = new ArrayList<>();
    List<TextItem> items = questions.texts(central);
    for (int q = 0; q < items.size(); q++) {
      String id = items.get(q).id();
      String text = items.get(q).text().strip();
      for (int l = 0; l < targets.size(); l++) {
        String wording = wordings.get((q + l) % wordings.size());
        String prompt = named(asked(wording, text), targets.get(l));
        out.add(LanguageRequest.of(id, targets.get(l), prompt));
      }
      for (int n = 0; n < held; n++) {
        out.add(LanguageRequest.of(id, central, named(text, central)));
      }
    }
    for (String language : own ? targets : List.<String>of()) {
      for (TextItem item : questions.texts(language)) {
        out.add(LanguageRequest.of(item.id(), language, item.text().strip()));
      }
    }
    return RequestCorpus.of(out);
  }

  /** A question that has a place for the language's name asks by itself. */
  private static String asked(String wording, String question) {
    if (question.contains(NAME)) {
      return question;
    }
    return wording.contains(QUESTION)
        ? wording.replace(QUESTION, question)
        : question + " " + wording;
  }

  private String named(String text, String language) {
    return text.contains(NAME) ? text.replace(NAME, name(language)) : text;
  }

  private String name(String language) {
    if (names.containsKey(language)) {
      return names.get(language);
    }
    return LanguageNames.english(language)
        .orElseThrow(
            () ->
                new LensException(
                    String.format(
                        Locale.ROOT,
                        "language '%s' has no known English name: give it one",
                        language)));
  }
}
