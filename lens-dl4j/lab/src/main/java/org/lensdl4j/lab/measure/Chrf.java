package org.lensdl4j.lab.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.model.base.PythonStrings;

/**
 * chrF++ (Popović 2017): the F-score, recall counting four times as much, of n-grams of up to six
 * characters without white space and up to two words, averaged over the orders that both texts
 * have. Equal to sacrebleu 2's {@code CHRF(word_order=2)} for one reference.
 */
public final class Chrf {
  private static final int CHARACTERS = 6;
  private static final int WORDS = 2;
  private static final double RECALL = 4;
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private Chrf() {}

  /**
   * What the score is taken of; of several translations, of the sums.
   *
   * @return for each order three numbers: n-grams of the translation, of the reference, of both
   */
  public static double[] counts(String translation, String reference) {
    List<Map<List<Object>, Integer>> ours = ngrams(translation);
    List<Map<List<Object>, Integer>> theirs = ngrams(reference);
    double[] out = new double[3 * ours.size()];
    for (int order = 0; order < ours.size(); order++) {
      Map<List<Object>, Integer> own = ours.get(order);
      Map<List<Object>, Integer> right = theirs.get(order);
      // An order that the reference has not does not count against the translation.
      out[3 * order] = right.isEmpty() ? 0 : sum(own);
      out[3 * order + 1] = sum(right);
      for (Map.Entry<List<Object>, Integer> ngram : own.entrySet()) {
        out[3 * order + 2] += Math.min(ngram.getValue(), right.getOrDefault(ngram.getKey(), 0));
      }
    }
    return out;
  }

  /** The score, 0 to 100, of {@link #counts}. */
  public static double score(double[] counts) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int at = 0; at < counts.length; at += 3) {
      if (counts[at] > 0 && counts[at + 1] > 0) {
        precision += counts[at + 2] / counts[at];
        recall += counts[at + 2] / counts[at + 1];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * (1 + RECALL) * precision * recall / (RECALL * precision + recall);
  }

  private static int sum(Map<List<Object>, Integer> ngrams) {
    return ngrams.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static List<Map<List<Object>, Integer>> ngrams(String text) {
    List<String> words = PythonStrings.split(text);
    List<Object> characters = new ArrayList<>();
    words.forEach(w -> w.codePoints().forEach(characters::add));
    List<Object> units = new ArrayList<>();
    words.forEach(w -> units.addAll(withoutPunctuation(w)));
    List<Map<List<Object>, Integer>> out = new ArrayList<>();
    for (int n = 1; n <= CHARACTERS; n++) {
      out.add(count(characters, n));
    }
    for (int n = 1; n <= WORDS; n++) {
      out.add(count(units, n));
    }
    return out;
  }

  private static Map<List<Object>, Integer> count(List<Object> units, int n) {
    Map<List<Object>, Integer> out = new HashMap<>();
    for (int i = 0; i + n <= units.size(); i++) {
      out.merge(List.copyOf(units.subList(i, i + n)), 1, Integer::sum);
    }
    return out;
  }

  /** A sign at a word's end, or else at its start, is a word of its own. */
  private static List<String> withoutPunctuation(String word) {
    int last = word.length() - 1;
    if (word.codePointCount(0, word.length()) == 1) {
      return List.of(word);
    }
    if (PUNCTUATION.indexOf(word.charAt(last)) >= 0) {
      return List.of(word.substring(0, last), word.substring(last));
    }
    return PUNCTUATION.indexOf(word.charAt(0)) >= 0
        ? List.of(word.substring(0, 1), word.substring(1))
        : List.of(word);
  }
}
