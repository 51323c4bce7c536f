package org.lensdl4j.lens.config;

import static org.lensdl4j.lens.config.Option.Affects.NOTHING;
import static org.lensdl4j.lens.config.Option.Affects.RESULT;
import static org.lensdl4j.lens.config.Option.Affects.SPACE;
import static org.lensdl4j.lens.config.Option.number;
import static org.lensdl4j.lens.config.Option.other;
import static org.lensdl4j.lens.config.Option.whole;

import java.util.List;
import java.util.Map;

/**
 * The table of options of a Lens run. Defaults are those of the original's published script, except
 * {@code shuffle}.
 */
final class LensOptions {
  static final OptionTable TABLE =
      new OptionTable(
          other("languages", List.class, List.of(), SPACE, "Languages, for example en,zh,sw."),
          other("central", String.class, "en", SPACE, "The central (pivot) language."),
          other(
              "systemPrompt",
              String.class,
              "You are a helpful assistant.",
              SPACE,
              "System message of every prompt."),
          whole("probeTexts", 300, 0, SPACE, "Texts per language that are probed; 0 for all."),
          whole("probeMaxTokens", 64, 1, SPACE, "Longest prompt when probing, template included."),
          other(
              "probeRaw",
              Boolean.class,
              false,
              SPACE,
              "Probe texts as they are, without the chat template."),
          whole("minTexts", 10, 1, RESULT, "Refuse a language with fewer texts."),
          whole(
              "rank",
              0,
              0,
              SPACE,
              "Rank of the specific subspace; 0 for the largest, languages - 1."),
          whole(
              "agnosticRank",
              1,
              1,
              SPACE,
              "Rank of the agnostic subspace: 1 is the paper's; more needs parallel texts."),
          whole(
              "trainTexts", 200, 0, RESULT, "Parallel texts, or requests, to train on; 0 for all."),
          whole(
              "trainMaxTokens", 128, 1, RESULT, "Longest prompt when training, template included."),
          whole("topLayers", 2, 1, RESULT, "Decoder layers to train, counted from the top."),
          whole(
              "loraRank",
              0,
              0,
              RESULT,
              "Train low-rank adapters of this rank; 0 trains the layers' own weights."),
          number(
              "loraAlpha",
              0,
              Range.NOT_NEGATIVE,
              RESULT,
              "The adapters are scaled by this over their rank; 0 for twice the rank."),
          other(
              "loraTargets",
              List.class,
              List.of("q_proj", "v_proj"),
              RESULT,
              "Matrices with adapters, by the last part of their names."),
          number(
              "align",
              1,
              Range.NOT_NEGATIVE,
              RESULT,
              "Weight of the pull together in the agnostic subspace; 0 is off."),
          number(
              "separate",
              1,
              Range.NOT_NEGATIVE,
              RESULT,
              "Weight of the push apart in the specific subspace; 0 is off."),
          number(
              "retain",
              1,
              Range.NOT_NEGATIVE,
              RESULT,
              "Weight of keeping the central language as it is; 0 is off."),
          number(
              "retainTargets",
              0,
              Range.NOT_NEGATIVE,
              RESULT,
              "Weight of keeping the target languages as they are; 0 is off."),
          number(
              "contrast",
              0,
              Range.NOT_NEGATIVE,
              RESULT,
              "Weight of telling a text's translation from the other texts of its micro-batch"
                  + " (InfoNCE); needs {batchSize} 2 or more; 0 is off."),
          number(
              "contrastTemperature",
              0.05,
              Range.POSITIVE,
              RESULT,
              "What {contrast} divides cosines by."),
          other(
              "coordinates",
              LossCoordinates.class,
              LossCoordinates.RAW,
              SPACE,
              "raw: states as they are; standardised: each coordinate divided by its standard"
                  + " deviation, for models with a few huge ones; whitened: made uncorrelated, by"
                  + " training itself on a space of states as they are. The same for probing and"
                  + " training."),
          whole("lossLayers", 1, 1, RESULT, "Layers, from the top, whose states have loss terms."),
          new Option(
              "lambdas",
              Map.class,
              Map.of(),
              Range.FINITE,
              RESULT,
              "How far a language is pushed, in lengths of its direction; 1 where none is named.",
              false),
          other(
              "alignPivot",
              AlignPivot.class,
              AlignPivot.TRAINED,
              RESULT,
              "What {align} pulls to: the central language as trained or as in the reference."),
          other(
              "target",
              RequestTarget.class,
              RequestTarget.NONE,
              RESULT,
              "Train on requests for an answer in a language, towards: states of their answers moved"
                  + " along its direction, ends of the prompts only, specific within that subspace"
                  + " only, the scores of the moved states, or the answers themselves. With one,"
                  + " other defaults are {learningRate} 1e-4, {epochs} 3, {batchSize} 8,"
                  + " {accumulation} 1, {shuffle} true, {trainTexts} 0, {trainMaxTokens} 512 and 0.3"
                  + " in {lambdas}."),
          whole(
              "answerMaxTokens",
              128,
              1,
              RESULT,
              "With {target}: tokens of an answer that are trained on at most."),
          number(
              "fence",
              0,
              Range.NOT_NEGATIVE,
              RESULT,
              "With {target}: weight of keeping answers from going further along other languages'"
                  + " directions than is usual, at the {lossLayers}; 0 is off."),
          number("learningRate", 1e-5, Range.POSITIVE, RESULT, "Highest learning rate."),
          whole("epochs", 1, 1, RESULT, "Passes over the texts."),
          whole("batchSize", 1, 1, RESULT, "Texts in a micro-batch."),
          whole("accumulation", 8, 1, RESULT, "Micro-batches in an optimiser step."),
          other(
              "schedule",
              Schedule.class,
              Schedule.COSINE,
              RESULT,
              "The learning rate after the warm-up."),
          number(
              "warmupRatio",
              0.05,
              Range.FRACTION,
              RESULT,
              "Part of all steps in which the learning rate rises from 0."),
          number("weightDecay", 0.1, Range.NOT_NEGATIVE, RESULT, "Weight decay of matrices."),
          number(
              "clipNorm",
              1,
              Range.NOT_NEGATIVE,
              RESULT,
              "Largest norm of the gradient; 0 for no clipping."),
          number("beta1", 0.9, Range.FRACTION, RESULT, "Adam's decay of the first moment."),
          number("beta2", 0.999, Range.FRACTION, RESULT, "Adam's decay of the second moment."),
          number("epsilon", 1e-8, Range.POSITIVE, RESULT, "Adam's epsilon."),
          other(
              "shuffle",
              Boolean.class,
              false,
              RESULT,
              "Take the texts in a new seeded order in each epoch."),
          other("seed", Long.class, 42L, RESULT, "Seed of everything random."),
          other(
              "compat",
              Compat.class,
              Compat.NONE,
              SPACE,
              "Reproduce published code number by number: lens-2ffa3f0."),
          whole(
              "checkpointEvery",
              0,
              0,
              NOTHING,
              "Optimiser steps between checkpoints; 0 for one per epoch."));

  /** The same with the defaults of training on requests. */
  private static final OptionTable REQUESTS =
      TABLE.with(
          Map.of(
              "learningRate", 1e-4,
              "epochs", 3,
              "batchSize", 8,
              "accumulation", 1,
              "shuffle", true,
              "trainTexts", 0,
              "trainMaxTokens", 512));

  /** Options that only runs on requests have: the forms of others know nothing of them. */
  static final List<String> OF_REQUESTS = List.of("target", "answerMaxTokens", "fence");

  /** Whether an option is part of a configuration's form: later ones only where they are used. */
  static boolean written(String name, LensConfig config) {
    return name.equals("probeRaw")
        ? config.probeRaw()
        : config.target().isOn() || !OF_REQUESTS.contains(name);
  }

  /** How far a language is pushed where nothing is said, in lengths of its direction. */
  static double lambda(RequestTarget target) {
    return target.isOn() ? 0.3 : 1;
  }

  /** The table whose defaults fit what is given. */
  static OptionTable table(Map<String, Object> given) {
    Object target = given.getOrDefault("target", RequestTarget.NONE);
    return ((RequestTarget) target).isOn() ? REQUESTS : TABLE;
  }

  private LensOptions() {}
}
