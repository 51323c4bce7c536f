package org.lensdl4j.lab.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.evaluate.LanguageQuestions;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.trunk.Pooling;

/** Collects what {@link Trials} work on. */
public final class TrialsBuilder {
  private static final long CACHE_BYTES = 8L << 30;

  final TransformerModel model;
  private String central = "en";
  private List<String> targets = List.of();
  Corpus probe;
  LanguageSpace space;
  Pooling position;
  ParallelCorpus train;
  RequestCorpus requests;
  LanguageQuestions developQuestions;
  LanguageQuestions heldQuestions;
  ParallelCorpus develop;
  ParallelCorpus heldOut;
  StateCache cache;
  boolean bits = true;
  int deepest;
  int threads = Runtime.getRuntime().availableProcessors();
  Progress progress = Progress.NONE;

  TrialsBuilder(TransformerModel model) {
    this.model = model;
  }

  /** The pivot language; {@code en} by default. */
  public TrialsBuilder central(String language) {
    central = language;
    return this;
  }

  /** The languages that are to gain; a configuration may train some of them. */
  public TrialsBuilder targets(String... languages) {
    return targets(List.of(languages));
  }

  /** The languages that are to gain; a configuration may train some of them. */
  public TrialsBuilder targets(List<String> languages) {
    targets = List.copyOf(languages);
    return this;
  }

  /** Texts to probe on, of all languages. */
  public TrialsBuilder probeOn(Corpus corpus) {
    probe = corpus;
    return this;
  }

  /** A space that all configurations use, in place of probing. */
  public TrialsBuilder space(LanguageSpace known) {
    space = known;
    return this;
  }

  /**
   * What is read of a text in probing, training and measuring: {@link Pooling#MEAN} (the default)
   * or {@link Pooling#FIRST} of an encoder; of a decoder always {@link Pooling#LAST}. A {@link
   * #space} says itself where it was probed.
   */
  public TrialsBuilder position(Pooling pooling) {
    position = pooling;
    return this;
  }

  /** Parallel texts to train on, of all languages. */
  public TrialsBuilder trainOn(ParallelCorpus corpus) {
    train = corpus;
    return this;
  }

  /** Requests that configurations with a {@code target} train on. */
  public TrialsBuilder trainOn(RequestCorpus corpus) {
    requests = corpus;
    return this;
  }

  /**
   * Questions of this model that tell in which language it answers after training; beside the texts
   * that are measured on.
   *
   * @param development answered by {@link Trials#run}
   * @param confirmation answered by {@link Trials#confirm}
   */
  public TrialsBuilder ask(LanguageQuestions development, LanguageQuestions confirmation) {
    developQuestions = development;
    heldQuestions = confirmation;
    return this;
  }

  /** Parallel texts that {@link Trials#run} measures on; needed for that only. */
  public TrialsBuilder developOn(ParallelCorpus corpus) {
    develop = corpus;
    return this;
  }

  /** Parallel texts that {@link Trials#confirm} measures on; needed for that only. */
  public TrialsBuilder holdOut(ParallelCorpus corpus) {
    heldOut = corpus;
    return this;
  }

  /** Where states are kept, at most 8 GiB of them; needed. */
  public TrialsBuilder cache(Path folder) {
    return cache(new StateCache(folder, CACHE_BYTES));
  }

  /** Where states are kept; needed. */
  public TrialsBuilder cache(StateCache states) {
    cache = states;
    return this;
  }

  /**
   * Whether to measure bits per byte, which needs the LM head on every token and takes most of a
   * measurement; on by default.
   */
  public TrialsBuilder bitsPerByte(boolean measure) {
    bits = measure;
    return this;
  }

  /**
   * Threads of one trial, all processors by default. For several trials at once, the processors
   * divided by their number.
   */
  public TrialsBuilder threads(int count) {
    if (count < 1) {
      throw new LensException(
          String.format(Locale.ROOT, "threads: found %d, expected at least 1", count));
    }
    threads = count;
    return this;
  }

  /**
   * The most top layers that a configuration will train, if that is known: states that enter fewer
   * layers are then computed from those that enter the most, without the layers below.
   */
  public TrialsBuilder topLayers(int most) {
    deepest = most;
    return this;
  }

  /** Who hears how far the work has come. */
  public TrialsBuilder progress(Progress listener) {
    progress = listener;
    return this;
  }

  /**
   * Native memory that one run takes, roughly: trained layers with gradients and moments, the
   * intermediate results of a micro-batch, and the measured texts' states.
   *
   * @param config with as many layers and prompts in a micro-batch as any run will have
   */
  public long bytes(LensConfig config) {
    long tokens = develop == null ? 0 : TrialTexts.tokensAtMost(develop);
    long batch =
        train == null
            ? 0
            : RunMemory.microBatch(
                model, train, config.topLayers(), config.batchSize(), config.trainMaxTokens());
    return RunMemory.layers(model, config.topLayers())
        + batch
        + Float.BYTES * 2 * tokens * model.config().hiddenSize();
  }

  List<String> languages() {
    List<String> all = new ArrayList<>();
    all.add(central);
    all.addAll(targets);
    return List.copyOf(all);
  }

  String textsHash() {
    List<String> parts = new ArrayList<>();
    parts.add(probe == null ? "" : probe.hash());
    parts.add(space == null ? "" : space.fingerprint());
    parts.add(train == null ? "" : train.hash());
    parts.add(develop == null ? "" : develop.hash());
    parts.add(heldOut == null ? "" : heldOut.hash());
    if (requests != null) {
      parts.add("requests " + requests.hash());
    }
    if (developQuestions != null) {
      parts.add("questions " + developQuestions.fingerprint());
      parts.add(heldQuestions.fingerprint());
    }
    return StateCache.key(readAs("texts"), parts.toArray(String[]::new));
  }

  /** What is read of a text. */
  Pooling read() {
    return position == null ? StatePosition.usual(model.config()) : position;
  }

  /** A name in the cache: the same as ever where the usual state is read. */
  String readAs(String kind) {
    return read() == StatePosition.usual(model.config())
        ? kind
        : kind + " " + StatePosition.name(read());
  }

  TrialTexts texts(ParallelCorpus corpus) {
    return corpus == null ? null : new TrialTexts(this, corpus);
  }

  /**
   * Checks that everything fits together; nothing is computed yet.
   *
   * @throws LensException if texts or the cache are missing, or texts lack a language
   */
  public Trials build() {
    if (train == null && requests == null) {
      throw new LensException("there are no texts to train on: call trainOn");
    }
    if (cache == null) {
      throw new LensException("there is no place for hidden states: call cache");
    }
    if (targets.isEmpty()) {
      throw new LensException("there are no target languages: call targets");
    }
    if (position != null) {
      StatePosition.require(position, model.config());
    }
    if (train != null) {
      require("trainOn", train.languages());
    }
    for (LanguageQuestions asked : new LanguageQuestions[] {developQuestions, heldQuestions}) {
      if (asked != null) {
        require("ask", asked.languages());
      }
    }
    if (probe != null) {
      require("probeOn", probe.languages());
    }
    for (ParallelCorpus measured : new ParallelCorpus[] {develop, heldOut}) {
      if (measured != null && !measured.central().equals(central)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "measured texts: found central language '%s', expected '%s'",
                measured.central(),
                central));
      }
    }
    return new Trials(this);
  }

  private void require(String texts, List<String> found) {
    if (!found.containsAll(languages())) {
      throw new LensException(
          String.format(
              Locale.ROOT, "%s: found texts of %s, expected %s", texts, found, languages()));
    }
  }
}
