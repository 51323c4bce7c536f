package org.lensdl4j.lens.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.DiskSpace;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * A training run in a folder, from requests for a language to weights that answer in it. An
 * unfinished run in the folder goes on where its last checkpoint left it; a finished one is left as
 * it is.
 *
 * <pre>{@code
 * LensConfig config = LensConfig.builder()
 *     .languages("en", "ja", "sw").target(RequestTarget.STATES).build();
 * new RequestTraining(model, space, config, RequestCorpus.jsonl(requests), cache).run(folder);
 * }</pre>
 *
 * <p>Requests for the central language are held where they are. The folder is that of any run: it
 * is exported, evaluated and asked alike.
 */
public final class RequestTraining {
  private final TransformerModel model;
  private final LanguageSpace space;
  private final LensConfig config;
  private final RequestCorpus requests;
  private final StateCache cache;
  private int threads = Runtime.getRuntime().availableProcessors();
  private Progress progress = Progress.NONE;
  private List<TrainingListener> listeners = List.of();

  /** A job; nothing is read or written before {@link #run}. */
  public RequestTraining(
      TransformerModel model,
      LanguageSpace space,
      LensConfig config,
      RequestCorpus requests,
      StateCache cache) {
    this.model = model;
    this.space = space;
    this.config = config;
    this.requests = requests;
    this.cache = cache;
  }

  /** Micro-batches that are worked on at once at most, at least 1; all processors by default. */
  public RequestTraining threads(int count) {
    threads = count;
    return this;
  }

  /** Who hears how far the work has come. */
  public RequestTraining progress(Progress listener) {
    progress = listener;
    return this;
  }

  /** Replaces the listeners of training. */
  public RequestTraining setListeners(List<TrainingListener> newListeners) {
    listeners = List.copyOf(newListeners);
    return this;
  }

  /**
   * Trains.
   *
   * @param run the run's folder: new, empty, or of the same run
   * @throws LensException if something given cannot be used
   * @throws TrainingException if training cannot go on
   */
  public void run(Path run) {
    check();
    List<EncodedRequest> items = items();
    DiskSpace.require(
        run, Float.BYTES * TopWeights.elements(model, config) * (config.usesLora() ? 1 : 7));
    try (RunFolder folder = RunFolder.take(run, identity(items), config.toJson())) {
      if (Files.exists(folder.trained())) {
        return;
      }
      Path spaceFile = run.resolve("space.safetensors");
      if (!Files.exists(spaceFile)) {
        space.save(spaceFile);
      }
      train(folder, items);
    }
  }

  /**
   * Trains without a folder.
   *
   * @return the trained layers, the same bits as those of a run; the caller closes them
   * @throws LensException if something given cannot be used
   * @throws TrainingException if training cannot go on
   */
  public TrainedWeights fit() {
    check();
    List<EncodedRequest> items = items();
    try (RequestStates states = states(items);
        Trainer<RequestObjective.Micro, StepReport> trainer = trainer(items, states)) {
      trainer.fit();
      return trainer.graph().trained(model);
    }
  }

  /** Before anything is computed or written. */
  private void check() {
    if (!config.target().isOn()) {
      throw new LensException(
          "option target: found none, expected what requests are trained towards");
    }
    model.config().requireDecoder("training on requests");
    space.requireModel(model.hash()).requireLanguages(config.languages(), config.central());
    space.requireRaw("training on requests");
    TrainingJob.requireLayers(config.topLayers(), model);
    requests.requireLanguages(config.languages(), config.central());
    if (config.target().needsAnswers()) {
      requests.requireAnswers(config.target().name().toLowerCase(Locale.ROOT));
    }
  }

  private List<EncodedRequest> items() {
    InstructionEncoder encoder =
        new InstructionEncoder(model, Prompting.training(config), config.answerMaxTokens());
    List<EncodedRequest> out = new ArrayList<>();
    for (LanguageRequest item : requests.first(config.trainTexts()).items()) {
      int language = config.languages().indexOf(item.language());
      int[] prompt = encoder.prompt(item.prompt());
      out.add(
          config.target() == RequestTarget.ENDS
              ? EncodedRequest.end(language, prompt)
              : EncodedRequest.answer(
                  language, encoder.encode(prompt, item.answer(), !item.cut())));
    }
    return out;
  }

  private void train(RunFolder folder, List<EncodedRequest> items) {
    long start = System.nanoTime();
    try (RequestStates states = states(items);
        Trainer<RequestObjective.Micro, StepReport> trainer = trainer(items, states)) {
      long tokens = items.stream().mapToLong(i -> i.ids().length).sum();
      trainer.fit(folder, model, tokens, start);
      trainer.graph().save(folder.trained(), model, config.fingerprint());
      folder.finished();
    }
  }

  private RequestStates states(List<EncodedRequest> items) {
    int layers = config.fence() > 0 ? config.lossLayers() : 1;
    return RequestStates.of(model, items, config.topLayers(), layers, cache, progress);
  }

  private Trainer<RequestObjective.Micro, StepReport> trainer(
      List<EncodedRequest> items, RequestStates states) {
    Trainer<RequestObjective.Micro, StepReport> trainer =
        new RequestObjective(model, space, config, items, states).trainer(threads);
    trainer.setListeners(List.of(listener(trainer.order())));
    return trainer;
  }

  private Trainer.Listener<RequestObjective.Micro, StepReport> listener(Order order) {
    return new Trainer.Listener<>() {
      @Override
      public void onMicroBatch(RequestObjective.Micro micro) {
        MicroReport report = micro.report();
        listeners.forEach(l -> l.onMicroBatch(report));
        long done = (long) report.epoch() * order.microsPerEpoch() + report.micro() + 1;
        progress.update("training", done, (long) config.epochs() * order.microsPerEpoch());
      }

      @Override
      public void onStep(StepReport report) {
        listeners.forEach(l -> l.onStep(report));
      }

      @Override
      public void onCheckpoint(int step) {
        listeners.forEach(l -> l.onCheckpoint(step));
      }
    };
  }

  private Map<String, String> identity(List<EncodedRequest> items) {
    StringBuilder asked = new StringBuilder();
    items.forEach(i -> asked.append(i.language()).append(Arrays.toString(i.from())).append(' '));
    Map<String, String> out = new LinkedHashMap<>();
    out.put("model", model.hash());
    out.put("settings", config.fingerprint());
    out.put("space", space.fingerprint());
    out.put("texts", StateCache.key("texts", asked.toString(), 0, EncodedRequest.texts(items)));
    return out;
  }
}
