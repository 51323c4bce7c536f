package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lab.evaluate.LanguageQuestions;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lab.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.lab.experiment.TrialsBuilder;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Option;

/** Requests that a search trains on, and questions that its candidates answer. */
final class SearchRequests {
  private static final int LEAST = 2;

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description =
          "Requests that candidates with the option target train on, in place of --texts, which"
              + " are probed and measured: see lens requests.")
  private Path requests;

  @Option(
      names = "--questions",
      paramLabel = "DIR",
      description =
          "Folder with <language>.jsonl: JSON lines with a text, a question. Candidates answer the"
              + " first half, the winner the second: for the measures right_language and"
              + " repetition.")
  private Path questions;

  @Option(
      names = "--max-questions",
      paramLabel = "N",
      description = "Questions of each language; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int most = 20;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Longest answer to a question. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens = 40;

  void requireFit(SearchConfig config) {
    if (config.score().needsAnswers() && questions == null) {
      throw new LensException(
          "option --questions: found none, expected a folder: the score asks for right_language or"
              + " repetition");
    }
    if (config.names("target") != (requests != null)) {
      throw new LensException(
          requests == null
              ? "option --requests: found none, expected a file: the configuration names target"
              : "option --requests: the configuration names no target, which says what requests are"
                  + " trained towards: set it in base or space");
    }
  }

  void to(
      TrialsBuilder trials, TransformerModel model, List<String> languages, SearchConfig config) {
    if (requests != null) {
      trials.trainOn(RequestCorpus.jsonl(requests));
    }
    if (questions != null) {
      Corpus all = Corpus.jsonl(questions, languages, most);
      LanguageIdentifier identifier = new LinguaIdentifier(languages);
      trials.ask(
          questions(model, half(all, 0), languages, identifier, config),
          questions(model, half(all, 1), languages, identifier, config));
    }
  }

  private LanguageQuestions questions(
      TransformerModel model,
      Corpus texts,
      List<String> languages,
      LanguageIdentifier identifier,
      SearchConfig config) {
    return new LanguageQuestions(
        model,
        texts,
        languages.get(0),
        identifier,
        config.base(languages).systemPrompt(),
        maxNewTokens);
  }

  /** The first or the second half of each language's. */
  private Corpus half(Corpus all, int which) {
    Map<String, List<TextItem>> out = new LinkedHashMap<>();
    for (String language : all.languages()) {
      int size = all.size(language);
      if (size < LEAST) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: found %d questions in %s, expected at least %d: some to choose on, some to"
                    + " confirm the choice",
                questions,
                size,
                language,
                LEAST));
      }
      List<TextItem> items = all.texts(language);
      int from = which == 0 ? 0 : size / 2;
      out.put(language, items.subList(from, which == 0 ? size / 2 : size));
    }
    return Corpus.of(out);
  }

  List<String> args() {
    List<String> out = new ArrayList<>();
    TextOptions.add(out, "--requests", requests == null ? null : requests.toAbsolutePath());
    TextOptions.add(out, "--questions", questions == null ? null : questions.toAbsolutePath());
    TextOptions.add(out, "--max-questions", most);
    TextOptions.add(out, "--max-new-tokens", maxNewTokens);
    return out;
  }

  /** How lens train finds the requests again. */
  Optional<String> trained() {
    return Optional.ofNullable(requests).map(r -> "--requests " + r);
  }
}
