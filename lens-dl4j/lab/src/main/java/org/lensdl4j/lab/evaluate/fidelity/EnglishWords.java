package org.lensdl4j.lab.evaluate.fidelity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * The English words that the Language Confusion Benchmark looks for: those of more than three
 * letters, all lower-case, of the word list of BSD systems ({@code share/dict/web2}, the headwords
 * of Webster's Second International of 1934, whose copyright has lapsed). It has few plurals and no
 * recent words.
 */
final class EnglishWords {
  private static final String FILE = "english-words.txt.gz";

  /** Sorted; read at the first question. */
  private static final String[] WORDS = read();

  private EnglishWords() {}

  static boolean contains(String word) {
    return Arrays.binarySearch(WORDS, word) >= 0;
  }

  private static String[] read() {
    try (InputStream in = EnglishWords.class.getResourceAsStream(FILE);
        InputStream text = new GZIPInputStream(in)) {
      return new String(text.readAllBytes(), StandardCharsets.US_ASCII).split("\n");
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "%s in the library's jar is damaged", FILE), e);
    }
  }
}
