package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Metric;

/** Figures of pairs of languages from choices that are known. */
class ConsistencyTest {
  private static final List<Metric> ACC = List.of(Metric.share("acc", "right", 0.25));

  /** A task in one language: what each column chose of each item, and the right choice. */
  private static TaskResult task(String language, String[] keys, int[] gold, int[]... choices) {
    List<ItemRow> rows = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      ItemRow row = ItemRow.of(keys[i]);
      for (int c = 0; c < choices.length; c++) {
        ItemRow.Scores scores = row.column("c" + c);
        scores.metrics().put("acc", choices[c][i] == gold[i] ? 1.0 : 0.0);
        scores.shown().put("choice", choices[c][i]);
      }
      rows.add(row);
    }
    return new TaskResult("quiz", "a quiz", language, "id", ACC, rows);
  }

  private static Figure figure(
      List<Figure> figures, String metric, String language, String column) {
    return figures.stream()
        .filter(f -> f.task().equals("quiz-consistency") && f.metric().name().equals(metric))
        .filter(f -> f.language().equals(language) && f.column().equals(column))
        .findFirst()
        .orElseThrow();
  }

  /** Items are matched by their keys, whatever their order; others have no part in it. */
  @Test
  void countsItemsThatBothLanguagesHave() {
    String[] keys = {"a", "b", "c", "d"};
    int[] gold = {0, 1, 2, 3};
    TaskResult en = task("en", keys, gold, new int[] {0, 1, 2, 0}, new int[] {0, 1, 2, 3});
    TaskResult sw =
        task(
            "sw",
            new String[] {"d", "c", "x", "a"},
            new int[] {3, 2, 0, 0},
            new int[] {0, 2, 0, 1},
            new int[] {3, 2, 1, 0});
    List<TaskResult> all = Consistency.with(List.of(en, sw), "en");
    assertThat(all).hasSize(3);
    List<Figure> figures = Figures.of(all, List.of("c0", "c1"), "en", 1);
    Figure right = figure(figures, "both_right", "sw", "c0");
    assertThat(right.items()).isEqualTo(3);
    assertThat(right.value().value()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(right.metric().chance()).isEqualTo(1 / 16.0);
    // d: both chose 0, which is wrong; c: both right; a: right in English only.
    assertThat(figure(figures, "agreement", "sw", "c0").value().value())
        .isCloseTo(2 / 3.0, within(1e-12));
    assertThat(figure(figures, "both_right", "sw", "c1").value().value()).isEqualTo(1);
    assertThat(figure(figures, "both_right", "sw", "c1").change().gained()).isEqualTo(2);
  }

  /** Right in both is at most what is right in either, and items right in both agree. */
  @Test
  void boundsHold() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      int n = 1 + random.nextInt(30);
      String[] keys = new String[n];
      int[] gold = new int[n];
      int[][] chosen = new int[2][n];
      double[] right = new double[2];
      for (int i = 0; i < n; i++) {
        keys[i] = "k" + i;
        gold[i] = random.nextInt(4);
        for (int l = 0; l < 2; l++) {
          chosen[l][i] = random.nextInt(4);
          right[l] += chosen[l][i] == gold[i] ? 1.0 / n : 0;
        }
      }
      List<Figure> figures =
          Figures.of(
              Consistency.with(
                  List.of(task("en", keys, gold, chosen[0]), task("sw", keys, gold, chosen[1])),
                  "en"),
              List.of("c0"),
              "en",
              seed);
      double both = figure(figures, "both_right", "sw", "c0").value().value();
      double agreement = figure(figures, "agreement", "sw", "c0").value().value();
      assertThat(both)
          .as("seed %d", seed)
          .isBetween(
              Math.max(0, right[0] + right[1] - 1) - 1e-9, Math.min(right[0], right[1]) + 1e-9)
          .isLessThanOrEqualTo(agreement + 1e-9);
    }
  }

  /** Keys of tasks that are not parallel name their language; generated answers have no choice. */
  @Test
  void whatIsNotParallelOrNoChoiceHasNone() {
    int[] one = {0};
    TaskResult en = task("en", new String[] {"en 1"}, one, one);
    TaskResult sw = task("sw", new String[] {"sw 1"}, one, one);
    assertThat(Consistency.with(List.of(en, sw), "en")).hasSize(2);
    assertThat(Consistency.with(List.of(sw), "en")).hasSize(1);
    ItemRow row = ItemRow.of("1");
    row.column("c0").metrics().put("acc", 1.0);
    TaskResult plain = new TaskResult("quiz", "a quiz", "en", "id", ACC, List.of(row));
    TaskResult other = new TaskResult("quiz", "a quiz", "sw", "id", ACC, List.of(row));
    assertThat(Consistency.with(List.of(plain, other), "en")).hasSize(2);
  }
}
