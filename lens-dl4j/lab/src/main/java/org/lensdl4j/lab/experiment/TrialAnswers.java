package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lensdl4j.lab.evaluate.LanguageQuestions;
import org.lensdl4j.lab.evaluate.LanguageQuestions.Judged;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.trunk.Variant;

/**
 * In which language trained models answer. One generator serves all: the layers that nobody trains
 * are in memory once, and the untouched model answers once. Candidates that run at the same time
 * answer one after the other.
 */
final class TrialAnswers implements AutoCloseable {
  private final TransformerModel model;
  private final Progress progress;
  private final Map<LanguageQuestions, List<Judged>> untouched = new HashMap<>();
  private Generator generator;

  TrialAnswers(TransformerModel model, Progress progress) {
    this.model = model;
    this.progress = progress;
  }

  /**
   * The share of answers in the right language and their repetition, before and after.
   *
   * @param questions null for none
   */
  synchronized List<ItemValues> measure(
      LanguageQuestions questions, LensConfig config, TrainedWeights weights) {
    if (questions == null) {
      return List.of();
    }
    if (generator == null) {
      generator = model.generator();
    }
    List<Judged> before =
        untouched.computeIfAbsent(
            questions, q -> q.answers(generator, null, "untouched", progress));
    List<Judged> after;
    try (Variant trained = generator.variant(weights.over(model))) {
      after = questions.answers(generator, trained, "candidate", progress);
    }
    List<ItemValues> out = new ArrayList<>();
    for (String language : config.languages()) {
      out.add(values(Measure.RIGHT_LANGUAGE, language, before, after, a -> a.right() ? 1 : 0));
    }
    for (String language : config.languages()) {
      out.add(values(Measure.REPETITION, language, before, after, Judged::repetition));
    }
    return out;
  }

  private static ItemValues values(
      Measure measure,
      String language,
      List<Judged> before,
      List<Judged> after,
      ToDoubleFunction<Judged> value) {
    double[] first = of(language, before, value);
    double[] ones = new double[first.length];
    Arrays.fill(ones, 1);
    return new ItemValues(measure, language, first, of(language, after, value), ones);
  }

  private static double[] of(
      String language, List<Judged> answers, ToDoubleFunction<Judged> value) {
    return answers.stream().filter(a -> a.language().equals(language)).mapToDouble(value).toArray();
  }

  @Override
  public synchronized void close() {
    if (generator != null) {
      generator.close();
      generator = null;
    }
  }
}
