package org.lensdl4j.lab.experiment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;

/** The training texts' states per boundary and prompt form, of all texts and languages. */
final class TrialStates implements AutoCloseable {
  private record Form(int topLayers, Prompting prompting) {}

  private final TransformerModel model;
  private final ParallelCorpus corpus;
  private final List<String> languages;
  private final int deepest;
  private final StateCache cache;
  private final Progress progress;
  private final Map<Form, TopStates> states = new HashMap<>();

  TrialStates(TrialsBuilder settings) {
    model = settings.model;
    corpus = settings.train;
    languages = settings.languages();
    deepest = settings.deepest;
    cache = settings.cache;
    progress = settings.progress;
  }

  /** The states that a configuration trains on; they stay this object's. */
  synchronized TopStates of(LensConfig config) {
    TopStates all = all(config);
    int prompts = config.trainTexts() == 0 ? all.prompts() : config.trainTexts();
    int[] chosen = config.languages().stream().mapToInt(languages::indexOf).toArray();
    return all.select(Math.min(prompts, all.prompts()), chosen);
  }

  private TopStates all(LensConfig config) {
    Form form = new Form(config.topLayers(), Prompting.training(config));
    TopStates found = states.get(form);
    if (found == null) {
      if (config.topLayers() < deepest) {
        // States that enter fewer layers come from these, without the layers below.
        all(config.toBuilder().topLayers(deepest).build());
      }
      found = make(config);
      states.put(form, found);
    }
    return found;
  }

  private TopStates make(LensConfig config) {
    LensConfig whole =
        config.toBuilder().languages(languages).lambdas(Map.of()).rank(0).trainTexts(0).build();
    return TopStates.of(
        model,
        TrainingJob.prompts(model, corpus, whole),
        config.topLayers(),
        config.topLayers(),
        cache,
        progress);
  }

  @Override
  public synchronized void close() {
    states.values().forEach(TopStates::close);
    states.clear();
  }
}
