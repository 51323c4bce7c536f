package org.lensdl4j.lab.experiment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.measure.BitsPerByte;
import org.lensdl4j.lab.measure.HeldOut;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Snapshot;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.NativeThreads;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.weights.Weights;

/**
 * Texts that trained models are measured on: states that enter the trained layers, and the
 * untouched model's measures of them, once per prompt form.
 */
final class TrialTexts {
  private record Form(String system, int maxTokens, Pooling position) {}

  private final TransformerModel model;
  private final ParallelCorpus corpus;
  private final boolean bits;
  private final int threads;
  private final int deepest;
  private final int layers;
  private final States states;
  private final Progress progress;
  private final Map<Form, Measured> forms = new HashMap<>();

  TrialTexts(TrialsBuilder settings, ParallelCorpus corpus) {
    this.corpus = corpus;
    model = settings.model;
    bits = settings.bits;
    threads = settings.threads;
    deepest = settings.deepest;
    layers = model.config().layers();
    states = States.of(model, settings.cache);
    progress = settings.progress;
  }

  /** Measures a trained model. */
  List<ItemValues> measure(LensConfig config, LanguageSpace space, TrainedWeights weights) {
    Measured texts = form(config, StatePosition.of(space, model.config()));
    Snapshot before = texts.before(config.topLayers());
    return ItemValues.of(
        space, before, texts.measure("after", weights.over(model), config.topLayers()));
  }

  /** As many tokens as the longest texts could have: bytes of UTF-8, but at most 128 a text. */
  static long tokensAtMost(ParallelCorpus corpus) {
    return corpus.languages().stream()
        .flatMap(l -> corpus.strings(l).stream())
        .mapToLong(t -> Math.min(128, 30 + BitsPerByte.bytes(t)))
        .sum();
  }

  private synchronized Measured form(LensConfig config, Pooling position) {
    return forms.computeIfAbsent(
        new Form(config.systemPrompt(), config.trainMaxTokens(), position),
        f -> new Measured(new HeldOut(model, corpus, config, position, bits, progress)));
  }

  private final class Measured {
    private final HeldOut job;
    private Snapshot before;

    Measured(HeldOut job) {
      this.job = job;
    }

    /** Measures weights whose first layers are the model's; these run on all processors. */
    private Snapshot measure(String name, Weights weights, int topLayers) {
      int layer = layers - topLayers;
      enter(Math.min(layer, layers - deepest));
      enter(layer);
      // Products that are shared out or not, as cores are free, would round differently.
      try (NativeThreads single = threads == 1 ? NativeThreads.single() : null) {
        return job.measure(states.threads(threads), new HeldOut.Side(name, weights, layer))
            .get(name);
      }
    }

    private void enter(int layer) {
      if (layer > 0) {
        states.progress("measuring", progress).texts(job.prompts()).at(layer).close();
      }
    }

    synchronized Snapshot before(int topLayers) {
      if (before == null) {
        before = measure("before", model.weights(), topLayers);
      }
      return before;
    }
  }
}
