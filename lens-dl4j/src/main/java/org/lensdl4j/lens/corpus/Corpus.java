package org.lensdl4j.lens.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.LensException;

/**
 * Texts of several languages, for probing: not necessarily parallel, not necessarily as many in
 * each. Immutable; the texts are in memory (a few hundred per language are enough).
 */
public final class Corpus {
  private final Map<String, List<TextItem>> texts;

  private Corpus(Map<String, List<TextItem>> texts) {
    this.texts = texts;
  }

  /** {@link #jsonl(Path, List, int, String)} without a split. */
  public static Corpus jsonl(Path folder, List<String> languages, int limit) {
    return jsonl(folder, languages, limit, null);
  }

  /**
   * Reads {@code <language>.jsonl} for each language. A line is a JSON object with a string {@code
   * text}; {@code id} (string or whole number) is optional.
   *
   * @param limit texts per language at most, from the start of the file; 0 for all
   * @param split only lines whose field {@code split} has this value; null for all lines
   * @throws LensException naming file, line and field if a line cannot be used, the languages that
   *     are there if a file is missing, and the languages if two have the same texts
   */
  public static Corpus jsonl(Path folder, List<String> languages, int limit, String split) {
    Map<String, List<TextItem>> texts = new LinkedHashMap<>();
    for (String language : languages) {
      List<TextItem> items = new ArrayList<>();
      new JsonLines(CorpusFiles.of(folder, language), split, false)
          .forEach(
              item -> {
                items.add(item);
                return limit <= 0 || items.size() < limit;
              });
      if (items.isEmpty() && split != null) {
        Path file = CorpusFiles.of(folder, language);
        throw new LensException(
            String.format(
                Locale.ROOT,
                "language %s has too few texts: found 0, expected at least 1 of split %s; %s has %s",
                language,
                split,
                file,
                CorpusFiles.splits(file)));
      }
      texts.put(language, items);
    }
    return of(texts);
  }

  /**
   * A corpus of texts in memory.
   *
   * @throws LensException if a language has no text, or two languages have the same texts
   */
  public static Corpus of(Map<String, List<TextItem>> texts) {
    Map<String, List<TextItem>> copy = new LinkedHashMap<>();
    texts.forEach((language, items) -> copy.put(language, List.copyOf(items)));
    Corpus corpus = new Corpus(copy);
    corpus.requireAtLeast(1);
    CorpusChecks.distinct(copy);
    return corpus;
  }

  /** The languages, in the order asked for. */
  public List<String> languages() {
    return List.copyOf(texts.keySet());
  }

  /** The texts of one language, in the order of its file. */
  public List<TextItem> texts(String language) {
    List<TextItem> items = texts.get(language);
    if (items == null) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "language %s is not in the corpus, which has %s",
              language,
              texts.keySet()));
    }
    return items;
  }

  /** The texts of one language without their ids. */
  public List<String> strings(String language) {
    return texts(language).stream().map(TextItem::text).toList();
  }

  /** Number of texts of one language. */
  public int size(String language) {
    return texts(language).size();
  }

  /**
   * Refuses languages with fewer texts.
   *
   * @return this corpus
   */
  public Corpus requireAtLeast(int minimum) {
    texts.forEach(
        (language, items) -> {
          if (items.size() < minimum) {
            throw new LensException(
                String.format(
                    Locale.ROOT,
                    "language %s has too few texts: found %d, expected at least %d",
                    language,
                    items.size(),
                    minimum));
          }
        });
    return this;
  }

  /** SHA-256, in hex, of languages, ids and texts in order: what artefacts say they came from. */
  public String hash() {
    return CorpusChecks.hash(texts);
  }
}
