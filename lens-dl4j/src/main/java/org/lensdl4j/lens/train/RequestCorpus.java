package org.lensdl4j.lens.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.corpus.JsonObjectLine;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Sha256;

/** Requests for answers in a language, in order. Immutable, in memory. */
public final class RequestCorpus {
  private final List<LanguageRequest> items;
  private final String source;

  private RequestCorpus(List<LanguageRequest> items, String source) {
    this.items = items;
    this.source = source;
  }

  /**
   * Reads JSON Lines. A line is an object with the strings {@code prompt} and {@code language}, and
   * optionally {@code answer}, {@code id} (string or whole number) and {@code cut} (true if the
   * answer was cut off).
   *
   * @throws LensException naming file, line and field
   */
  public static RequestCorpus jsonl(Path file) {
    List<LanguageRequest> items = new ArrayList<>();
    int number = 0;
    for (String line : FileLines.of(file)) {
      number++;
      if (!line.isBlank()) {
        JsonObjectLine object = JsonObjectLine.parse(file + ":" + number, line);
        items.add(new RequestLine(object).read("#" + number));
      }
    }
    if (items.isEmpty()) {
      throw new LensException(file + ": holds no requests");
    }
    return new RequestCorpus(List.copyOf(items), file.toString());
  }

  /**
   * Requests in memory.
   *
   * @throws LensException if there are none
   */
  public static RequestCorpus of(Collection<LanguageRequest> requests) {
    if (requests.isEmpty()) {
      throw new LensException("there are no requests to train on");
    }
    return new RequestCorpus(List.copyOf(requests), "the requests");
  }

  /** Writes the form that {@link #jsonl} reads. */
  public void write(Path file) {
    AtomicFile.write(file, lines());
  }

  private String lines() {
    StringBuilder out = new StringBuilder();
    items.forEach(i -> out.append(RequestLine.json(i)).append('\n'));
    return out.toString();
  }

  /** SHA-256, in hex, of all requests in order. */
  public String hash() {
    return Sha256.hex(lines());
  }

  /** All requests, in order. */
  public List<LanguageRequest> items() {
    return items;
  }

  /** Number of requests. */
  public int size() {
    return items.size();
  }

  /** The first ones; all if there are fewer, or for 0. */
  RequestCorpus first(int most) {
    return most == 0 || most >= items.size()
        ? this
        : new RequestCorpus(items.subList(0, most), source);
  }

  /**
   * Refuses languages that a run does not have, and a run none of whose targets is asked for.
   *
   * @throws LensException naming the file, the request and the language
   */
  RequestCorpus requireLanguages(List<String> languages, String central) {
    for (LanguageRequest item : items) {
      if (!languages.contains(item.language())) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: request %s asks for language '%s', expected one of %s",
                source,
                item.id(),
                item.language(),
                String.join(", ", languages)));
      }
    }
    if (items.stream().allMatch(i -> i.language().equals(central))) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: all requests are for the central language '%s', expected some for other languages",
              source,
              central));
    }
    return this;
  }

  /**
   * Refuses requests without an answer.
   *
   * @param target that needs them
   */
  RequestCorpus requireAnswers(String target) {
    for (LanguageRequest item : items) {
      if (item.answer() == null) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: request %s for language '%s' has no answer, which target %s is trained at; target ends needs none",
                source,
                item.id(),
                item.language(),
                target));
      }
    }
    return this;
  }
}
