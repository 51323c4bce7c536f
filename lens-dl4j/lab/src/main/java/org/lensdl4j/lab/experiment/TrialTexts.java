package org.lensdl4j.lab.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.NativeThreads;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.weights.Weights;

/**
 * Texts that trained models are measured on: states that enter the trained layers, and the
 * untouched model's measures of them, once per prompt form.
 */
final class TrialTexts implements AutoCloseable {
  private record Form(String system, int maxTokens, Pooling position) {}

  private final TransformerModel model;
  private final ParallelCorpus corpus;
  private final boolean bits;
  private final int threads;
  private final int deepest;
  private final StateCache cache;
  private final Progress progress;
  private final Map<Form, Measured> forms = new HashMap<>();

  TrialTexts(TrialsBuilder settings, ParallelCorpus corpus) {
    this.corpus = corpus;
    model = settings.model;
    bits = settings.bits;
    threads = settings.threads;
    deepest = settings.deepest;
    cache = settings.cache;
    progress = settings.progress;
  }

  /** Measures a trained model. */
  List<ItemValues> measure(LensConfig config, LanguageSpace space, TrainedWeights weights) {
    Measured texts = form(config, StatePosition.of(space, model.config()));
    Snapshot before = texts.before(config.topLayers());
    try (HiddenStates states = texts.boundary(config.topLayers()).copy()) {
      return ItemValues.of(space, before, texts.top(states, weights.over(model), "after"));
    }
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
        f -> new Measured(HeldOut.of(model, corpus, config, position, bits, progress)));
  }

  private final class Measured {
    private final HeldOut job;
    private final Map<Integer, HiddenStates> boundaries = new HashMap<>();
    private Snapshot before;

    Measured(HeldOut job) {
      this.job = job;
    }

    synchronized HiddenStates boundary(int topLayers) {
      int layer = model.config().layers() - topLayers;
      HiddenStates found = boundaries.get(layer);
      if (found == null) {
        // Before the map is touched: it asks for another one.
        HiddenStates lower = topLayers < deepest ? boundary(deepest) : null;
        found = open(layer, lower);
        boundaries.put(layer, found);
      }
      return found;
    }

    private HiddenStates open(int layer, HiddenStates lower) {
      String key = StateCache.key("measured", model.hash(), layer, job.prompts());
      Path folder =
          cache.entry(
              key,
              to -> {
                try (HiddenStates states = states(layer, lower)) {
                  states.save(to.resolve("boundary.states"));
                }
              });
      try {
        return HiddenStates.open(folder.resolve("boundary.states"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private HiddenStates states(int layer, HiddenStates lower) {
      if (lower == null) {
        return job.boundary(layer);
      }
      HiddenStates out = lower.copy();
      job.advance(out, layer);
      return out;
    }

    /** Products that are shared out or not, as cores are free, would round differently. */
    Snapshot top(HiddenStates states, Weights weights, String when) {
      try (NativeThreads single = threads == 1 ? NativeThreads.single() : null) {
        return job.top(states, weights, when, threads);
      }
    }

    synchronized Snapshot before(int topLayers) {
      if (before == null) {
        try (HiddenStates states = boundary(topLayers).copy()) {
          before = top(states, model.weights(), "before");
        }
      }
      return before;
    }

    synchronized void close() {
      boundaries.values().forEach(HiddenStates::close);
    }
  }

  @Override
  public synchronized void close() {
    new ArrayList<>(forms.values()).forEach(Measured::close);
    forms.clear();
  }
}
