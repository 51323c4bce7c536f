package org.lensdl4j.lab.measure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a column answers in the right language more often, and what that cost. Better is only
 * what has more answers in the right language beyond chance, and nothing of quality worse beyond
 * chance: not the text itself (repetition, bits per byte), not its use (translation, choices), not
 * the central language.
 *
 * <p>Gains are those of a task's pooled figure, or of its single language, after the correction
 * over headline figures that the evaluation made. Losses are looked for in headline figures of all
 * languages together and of the central one, with Holm's correction among just these.
 *
 * @param column whose
 * @param outcome in one word
 * @param gained figures of the right language that are better
 * @param lost figures that are worse, those of the right language among them
 */
public record LanguageVerdict(
    String column, Outcome outcome, List<Figure> gained, List<Figure> lost) {
  private static final double LEVEL = 0.05;

  /** What is asked of answers. */
  private static final Set<String> LANGUAGE =
      Set.of(Measure.RIGHT_LANGUAGE.evaluationId(), Measure.LINE_PASS.evaluationId());

  /** In one word. */
  public enum Outcome {
    /** More answers in the right language, and nothing worse. */
    BETTER,
    /** More answers in the right language, and something worse. */
    AT_A_COST,
    /** Something is worse, and no more answers are in the right language. */
    WORSE,
    /** Neither, as far as this many items can show. */
    NONE
  }

  public LanguageVerdict {
    gained = List.copyOf(gained);
    lost = List.copyOf(lost);
  }

  /** Whether the language of answers was measured at all, in a language but the central one. */
  public static boolean isMeasured(List<Figure> figures, String central) {
    return figures.stream()
        .anyMatch(f -> LANGUAGE.contains(f.metric().measure()) && !f.language().equals(central));
  }

  /**
   * The verdict on a column.
   *
   * @param figures of an evaluation, all columns
   * @param central the language that is not to get worse
   */
  public static LanguageVerdict of(List<Figure> figures, String column, String central) {
    List<Figure> own =
        figures.stream()
            .filter(f -> f.column().equals(column) && f.metric().headline() && f.change() != null)
            .toList();
    List<Figure> together = together(own, central);
    List<Figure> gained =
        together.stream()
            .filter(f -> LANGUAGE.contains(f.metric().measure()))
            .filter(f -> f.change().verdict() == Verdict.BETTER)
            .toList();
    List<Figure> guarded = new ArrayList<>(together);
    own.stream().filter(f -> f.language().equals(central)).forEach(guarded::add);
    List<Figure> lost = lost(guarded);
    Outcome outcome =
        gained.isEmpty()
            ? lost.isEmpty() ? Outcome.NONE : Outcome.WORSE
            : lost.isEmpty() ? Outcome.BETTER : Outcome.AT_A_COST;
    return new LanguageVerdict(column, outcome, gained, lost);
  }

  /** Of each measure of each task the pooled figure, or the one language's but the central one. */
  private static List<Figure> together(List<Figure> own, String central) {
    Set<String> pooled = new LinkedHashSet<>();
    own.stream()
        .filter(f -> f.language().equals(Figure.POOLED))
        .forEach(f -> pooled.add(f.task() + " " + f.metric().name()));
    return own.stream()
        .filter(f -> !f.language().equals(central))
        .filter(
            f ->
                f.language().equals(Figure.POOLED)
                    == pooled.contains(f.task() + " " + f.metric().name()))
        .toList();
  }

  private static List<Figure> lost(List<Figure> guarded) {
    double[] holm = Significance.holm(guarded.stream().mapToDouble(f -> f.change().p()).toArray());
    List<Figure> out = new ArrayList<>();
    for (int i = 0; i < holm.length; i++) {
      Figure f = guarded.get(i);
      double difference = f.change().difference().value();
      if (holm[i] < LEVEL && Verdict.of(f.metric().better(), difference) == Verdict.WORSE) {
        out.add(f);
      }
    }
    return out;
  }

  /** The verdict in words, one sentence. */
  public String words() {
    return switch (outcome) {
      case BETTER ->
          String.format(
              Locale.ROOT,
              "better: more answers in the right language (%s), and nothing worse beyond chance",
              named(gained));
      case AT_A_COST ->
          String.format(
              Locale.ROOT,
              "not simply better: more answers in the right language (%s), but worse: %s",
              named(gained),
              named(lost));
      case WORSE -> "worse: " + named(lost);
      case NONE -> "no more answers in the right language that this many items can show";
    };
  }

  private static String named(List<Figure> figures) {
    return figures.stream()
        .map(
            f ->
                String.format(
                    Locale.ROOT,
                    "%s %s%s %+.3f",
                    f.task(),
                    Measure.named(f.metric().measure())
                        .map(Measure::label)
                        .orElse(f.metric().measure()),
                    f.language().equals(Figure.POOLED) ? "" : " " + f.language(),
                    f.change().difference().value()))
        .collect(Collectors.joining(", "));
  }
}
