package org.lensdl4j.lens.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.LensException;

/**
 * Texts that say the same in every language: item i of each language has the same id. In the order
 * of the central language's file. Immutable, in memory.
 */
public final class ParallelCorpus {
  private static final int NAMED = 10;

  private final Corpus corpus;
  private final String central;

  private ParallelCorpus(Corpus corpus, String central) {
    this.corpus = corpus;
    this.central = central;
  }

  /** {@link #jsonl(Path, List, String, int, String)} without a split. */
  public static ParallelCorpus jsonl(
      Path folder, List<String> languages, String central, int limit) {
    return jsonl(folder, languages, central, limit, null);
  }

  /**
   * Reads {@code <language>.jsonl} for each language as {@link Corpus#jsonl} does; {@code id} is
   * required, and no id may stand twice in a file. Which texts and in which order is decided by the
   * central language's file; the others must hold all of them, in any order, and may hold more.
   *
   * @param limit texts at most, from the start of the central language's file; 0 for all
   * @throws LensException as {@link Corpus#jsonl}, and naming the ids that are missing where
   */
  public static ParallelCorpus jsonl(
      Path folder, List<String> languages, String central, int limit, String split) {
    if (!languages.contains(central)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "central language %s is not among the languages %s",
              central,
              languages));
    }
    Map<String, String> pivot = read(CorpusFiles.of(folder, central), split, limit);
    if (pivot.isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s has no texts%s",
              CorpusFiles.of(folder, central),
              split == null ? "" : noSplit(folder, central, split)));
    }
    Map<String, List<TextItem>> aligned = new LinkedHashMap<>();
    for (String language : languages) {
      Path file = CorpusFiles.of(folder, language);
      Map<String, String> texts = language.equals(central) ? pivot : read(file, split, 0);
      String pivotName = CorpusFiles.of(folder, central).getFileName().toString();
      aligned.put(language, align(pivot, texts, file.toString(), pivotName));
    }
    return new ParallelCorpus(Corpus.of(aligned), central);
  }

  /**
   * Texts in memory, such as a database's. Which texts and in which order is decided by the central
   * language; the others must hold all of its ids, in any order, and may hold more.
   *
   * @param texts by language, in the order wanted
   * @throws LensException if an id stands twice or is missing somewhere, or there are no texts
   */
  public static ParallelCorpus of(Map<String, List<TextItem>> texts, String central) {
    if (!texts.containsKey(central)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "central language %s is not among the languages %s",
              central,
              texts.keySet()));
    }
    Map<String, String> pivot = byId(central, texts.get(central));
    Map<String, List<TextItem>> aligned = new LinkedHashMap<>();
    texts.forEach(
        (language, items) ->
            aligned.put(
                language,
                align(
                    pivot, byId(language, items), "language " + language, "language " + central)));
    return new ParallelCorpus(Corpus.of(aligned), central);
  }

  private static Map<String, String> byId(String language, List<TextItem> items) {
    Map<String, String> out = new LinkedHashMap<>();
    for (TextItem item : items) {
      if (out.put(item.id(), item.text()) != null) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "language %s: found the id %s a second time, expected each id once",
                language,
                item.id()));
      }
    }
    return out;
  }

  private static String noSplit(Path folder, String central, String split) {
    return String.format(
        Locale.ROOT,
        " of split %s: it has %s",
        split,
        CorpusFiles.splits(CorpusFiles.of(folder, central)));
  }

  private static Map<String, String> read(Path file, String split, int limit) {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonLines lines = new JsonLines(file, split, true);
    lines.forEach(
        item -> {
          if (texts.put(item.id(), item.text()) != null) {
            throw new LensException(
                String.format(
                    Locale.ROOT,
                    "%s: field id: found %s a second time, expected each id once",
                    lines.position(),
                    item.id()));
          }
          return limit <= 0 || texts.size() < limit;
        });
    return texts;
  }

  private static List<TextItem> align(
      Map<String, String> pivot, Map<String, String> texts, String where, String pivotWhere) {
    List<TextItem> items = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String id : pivot.keySet()) {
      String text = texts.get(id);
      if (text == null) {
        missing.add(id);
      } else {
        items.add(new TextItem(id, text));
      }
    }
    if (!missing.isEmpty()) {
      String named = String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())));
      throw new LensException(
          String.format(
              Locale.ROOT,
              "texts are not parallel: %s lacks %d of the %d ids of %s: %s%s",
              where,
              missing.size(),
              pivot.size(),
              pivotWhere,
              named,
              missing.size() > NAMED ? ", ..." : ""));
    }
    return items;
  }

  /**
   * Some of the items.
   *
   * @param from first item
   * @param to behind the last item; more than {@code from}
   */
  public ParallelCorpus part(int from, int to) {
    Map<String, List<TextItem>> some = new LinkedHashMap<>();
    languages().forEach(l -> some.put(l, corpus.texts(l).subList(from, to)));
    return new ParallelCorpus(Corpus.of(some), central);
  }

  /**
   * The same items in some of the languages.
   *
   * @param languages the central one among them
   */
  public ParallelCorpus in(List<String> languages) {
    if (!languages.contains(central)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "central language %s is not among the languages %s",
              central,
              languages));
    }
    Map<String, List<TextItem>> some = new LinkedHashMap<>();
    languages.forEach(l -> some.put(l, corpus.texts(l)));
    return new ParallelCorpus(Corpus.of(some), central);
  }

  /** The languages, in the order asked for. */
  public List<String> languages() {
    return corpus.languages();
  }

  /** The language whose file gave the order. */
  public String central() {
    return central;
  }

  /** The languages but the central one, in order. */
  public List<String> targets() {
    return languages().stream().filter(l -> !l.equals(central)).toList();
  }

  /** Number of texts of each language. */
  public int size() {
    return corpus.size(central);
  }

  /** The id that all texts of one item share. */
  public String id(int item) {
    return corpus.texts(central).get(item).id();
  }

  /** One text. */
  public String text(String language, int item) {
    return corpus.texts(language).get(item).text();
  }

  /** All texts of one language, in the common order. */
  public List<String> strings(String language) {
    return corpus.strings(language);
  }

  /** The same texts as a corpus to probe. */
  public Corpus corpus() {
    return corpus;
  }

  /** See {@link Corpus#hash()}. */
  public String hash() {
    return corpus.hash();
  }
}
