package org.lensdl4j.lens.loss;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which row of a batch is which language of which parallel prompt, and the pairs of rows that the
 * losses compare: each row of a target language with the central row of the same prompt. Rows may
 * stand in any order; a row whose language is null takes no part.
 *
 * <pre>{@code
 * LensRows rows = LensRows.cycle("en", List.of("sw", "zh"), 4); // en sw zh en sw zh ...
 * LensRows same = LensRows.of("en", List.of("sw", "zh"), languageOfRow, promptOfRow);
 * }</pre>
 */
public final class LensRows {
  private final String central;
  private final List<String> targets;
  private final int rows;
  private final List<Pair> pairs = new ArrayList<>();
  private final List<Integer> centralRows = new ArrayList<>();

  private LensRows(String centralLanguage, List<String> targets, List<String> of, int[] prompts) {
    this.central = centralLanguage;
    this.targets = List.copyOf(targets);
    this.rows = of.size();
    Map<Integer, Integer> centralOf = new HashMap<>();
    for (int row = 0; row < rows; row++) {
      if (centralLanguage.equals(of.get(row))) {
        centralRows.add(row);
        Integer other = centralOf.put(prompts[row], row);
        if (other != null) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "rows %d and %d are both prompt %d in %s, expected one central row a prompt",
                  other,
                  row,
                  prompts[row],
                  centralLanguage));
        }
      }
    }
    for (int row = 0; row < rows; row++) {
      String language = of.get(row);
      if (language == null || language.equals(centralLanguage)) {
        continue;
      }
      int target = targets.indexOf(language);
      if (target < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "row %d is in %s, expected %s, one of %s, or null",
                row,
                language,
                centralLanguage,
                targets));
      }
      Integer partner = centralOf.get(prompts[row]);
      if (partner == null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "row %d is prompt %d in %s, but no row is that prompt in %s",
                row,
                prompts[row],
                language,
                centralLanguage));
      }
      pairs.add(new Pair(partner, row, target));
    }
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "found no row of %s, expected at least one pair", targets));
    }
  }

  /**
   * Rows in any order.
   *
   * @param central the language that the others are compared with
   * @param targets the other languages; their order is that of {@link LensBatch#targets()}
   * @param languageOfRow one entry a row; null for a row that takes no part
   * @param promptOfRow any number that parallel rows share, one a row
   * @throws IllegalArgumentException naming the row if a language is unknown, a target has no
   *     central row of its prompt, or a prompt has two
   */
  public static LensRows of(
      String central, List<String> targets, List<String> languageOfRow, int[] promptOfRow) {
    if (languageOfRow.size() != promptOfRow.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %d languages and %d prompts, expected one of each a row",
              languageOfRow.size(),
              promptOfRow.length));
    }
    return new LensRows(central, targets, languageOfRow, promptOfRow);
  }

  /** Prompt by prompt: the central text first, then the targets in their order. */
  public static LensRows cycle(String central, List<String> targets, int prompts) {
    List<String> languages = new ArrayList<>();
    int[] promptOfRow = new int[prompts * (targets.size() + 1)];
    for (int p = 0; p < prompts; p++) {
      languages.add(central);
      languages.addAll(targets);
      for (int l = 0; l <= targets.size(); l++) {
        promptOfRow[p * (targets.size() + 1) + l] = p;
      }
    }
    return new LensRows(central, targets, languages, promptOfRow);
  }

  /** Rows of the batch. */
  public int rows() {
    return rows;
  }

  /** The language that the others are compared with. */
  public String central() {
    return central;
  }

  /** The target languages. */
  public List<String> targets() {
    return targets;
  }

  /** The pairs, in the order of their target rows. */
  public List<Pair> pairs() {
    return Collections.unmodifiableList(pairs);
  }

  /** Numbers of the central rows. */
  public List<Integer> centralRows() {
    return Collections.unmodifiableList(centralRows);
  }

  /**
   * What each pair counts for, {@code [pairs]}: 1 / (number of pairs of its language), so that a
   * language's term is a mean over its pairs.
   */
  public float[] pairWeights() {
    int[] count = new int[targets.size()];
    pairs.forEach(p -> count[p.language()]++);
    float[] out = new float[pairs.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = 1f / count[pairs.get(i).language()];
    }
    return out;
  }

  /**
   * One comparison.
   *
   * @param central row of the central text
   * @param target row of the parallel text
   * @param language its language: a position in {@link #targets()}
   */
  public record Pair(int central, int target, int language) {}
}
