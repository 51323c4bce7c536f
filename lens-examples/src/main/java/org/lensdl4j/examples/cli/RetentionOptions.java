package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.experiment.RetentionBudget;
import org.lensdl4j.lab.experiment.RetentionBudget.Drift;
import org.lensdl4j.lab.experiment.RetentionBudget.Lever;
import org.lensdl4j.lab.experiment.RetentionResult;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Retention as a constraint: how much the central language may change at most. */
final class RetentionOptions {
  @Option(
      names = "--retain-budget",
      paramLabel = "X",
      description =
          "Raise the weight of retain until the central language changes by no more than X, 0.01"
              + " for example, on the development texts. If no weight does (nor --retain-then),"
              + " nothing is trained.")
  private Double budget;

  @Option(
      names = "--retain-by",
      paramLabel = "WHAT",
      converter = DriftConverter.class,
      defaultValue = "states",
      description =
          "What is within the budget: the change of states, or the increase of bits (per byte)."
              + " Default: ${DEFAULT-VALUE}.")
  private Drift drift;

  @Option(
      names = "--retain-tries",
      paramLabel = "N",
      description = "Weights to try at most, each four times the last. Default: ${DEFAULT-VALUE}.")
  private int tries = 6;

  @Option(
      names = "--retain-then",
      split = ",",
      paramLabel = "WHAT",
      converter = LeverConverter.class,
      description =
          "When no weight of retain meets the budget, scale these down together until it is met:"
              + " lambda, terms (align, separate and contrast), lr. Default: nothing.")
  private List<Lever> levers = List.of();

  @Option(
      names = "--develop-texts",
      paramLabel = "DIR",
      description = "Parallel texts that are not trained on. Default: those of --texts.")
  private Path texts;

  @Option(
      names = "--develop-split",
      paramLabel = "NAME",
      description = "Of the development texts only lines whose field split is NAME.")
  private String split;

  @Option(
      names = "--develop-max-texts",
      paramLabel = "N",
      description = "Development texts; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int most = 100;

  /** {@code states} or {@code bits}. */
  static final class DriftConverter implements ITypeConverter<Drift> {
    @Override
    public Drift convert(String value) {
      return switch (value) {
        case "states" -> Drift.STATES;
        case "bits" -> Drift.BITS_PER_BYTE;
        default ->
            throw new TypeConversionException(
                String.format(Locale.ROOT, "found '%s', expected states or bits", value));
      };
    }
  }

  /** {@code lambda}, {@code terms} or {@code lr}. */
  static final class LeverConverter implements ITypeConverter<Lever> {
    @Override
    public Lever convert(String value) {
      return switch (value) {
        case "lambda" -> Lever.LAMBDA;
        case "terms" -> Lever.TERMS;
        case "lr" -> Lever.LEARNING_RATE;
        default ->
            throw new TypeConversionException(
                String.format(Locale.ROOT, "found '%s', expected lambda, terms or lr", value));
      };
    }
  }

  boolean given() {
    return budget != null;
  }

  /** Checks what can be checked before a model is opened. */
  void check(CommandSpec spec, TextOptions training) {
    if (budget == null) {
      return;
    }
    if (texts == null && (split == null || split.equals(training.split))) {
      throw new ParameterException(
          spec.commandLine(),
          "--retain-budget needs texts that are not trained on: give --develop-texts or --develop-split");
    }
    try {
      RetentionBudget.of(budget).most(tries);
    } catch (LensException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /**
   * Searches; prints every try as it is done.
   *
   * @return what was found; the caller decides what to do if no weight meets the budget
   */
  RetentionResult search(
      TransformerModel model,
      LanguageSpace space,
      LensConfig config,
      ParallelCorpus corpus,
      TextOptions training,
      StateCache cache,
      Progress progress,
      PrintWriter out) {
    ParallelCorpus development =
        ParallelCorpus.jsonl(
            texts == null ? training.folder : texts,
            config.languages(),
            config.central(),
            most,
            split);
    try (Trials trials =
        Trials.of(model)
            .central(config.central())
            .targets(config.targets())
            .space(space)
            .trainOn(corpus)
            .developOn(development)
            .cache(cache)
            .progress(progress)
            .build()) {
      RetentionResult found =
          RetentionBudget.of(budget)
              .drift(drift)
              .most(tries)
              .then(levers.toArray(Lever[]::new))
              .search(trials, config);
      out.println(found.stats());
      out.flush();
      return found;
    }
  }
}
