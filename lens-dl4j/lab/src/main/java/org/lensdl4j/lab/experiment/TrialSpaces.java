package org.lensdl4j.lab.experiment;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.SpaceFitter;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;

/** The language space of each configuration, from texts that are probed once per prompt form. */
final class TrialSpaces {
  private static final String FILE = "space.safetensors";

  private final TrialsBuilder settings;
  private final TransformerModel model;
  private final Corpus corpus;
  private final List<String> languages;
  private final StateCache cache;
  private final Progress progress;
  private final LanguageSpace known;
  private final Map<String, LanguageSpace> spaces = new HashMap<>();

  TrialSpaces(TrialsBuilder settings) {
    this.settings = settings;
    model = settings.model;
    corpus = settings.probe;
    known = settings.space;
    languages = settings.languages();
    cache = settings.cache;
    progress = settings.progress;
  }

  synchronized LanguageSpace of(LensConfig config) {
    return known != null ? known : spaces.computeIfAbsent(key(config), k -> make(config));
  }

  private static String key(LensConfig config) {
    return config.minTexts() + " " + config.probingFingerprint();
  }

  private LanguageSpace make(LensConfig config) {
    if (corpus == null) {
      throw new LensException("there are no texts to probe on: call probeOn or space");
    }
    PromptEncoder encoder = LanguageProbing.encoder(model, config);
    if (config.compat().isOn()) {
      // The original's padding depends on which texts there are.
      return stored("space", encoder, config, () -> probed(config));
    }
    List<List<TokenSequence>> prompts =
        LanguageProbing.prompts(model, corpus, config.toBuilder().probeTexts(0).build());
    List<Integer> counts =
        prompts.stream()
            .map(p -> config.probeTexts() == 0 ? p.size() : Math.min(p.size(), config.probeTexts()))
            .toList();
    requireTexts(config, counts);
    boolean same =
        config.languages().equals(languages)
            && counts.equals(prompts.stream().map(List::size).toList());
    // What probing these texts alone would yield has other bits: it goes by another name.
    return stored(
        same ? "space" : "space-of-" + String.join(",", languages),
        encoder,
        config,
        () -> fit(prompts, counts, config));
  }

  private LanguageSpace probed(LensConfig config) {
    return LanguageProbing.run(probing(), settings.read(), corpus, config, null);
  }

  private States probing() {
    return States.of(model, cache).progress("probing", progress);
  }

  /** From the states of all texts, of which the configuration takes the first. */
  private LanguageSpace fit(
      List<List<TokenSequence>> prompts, List<Integer> counts, LensConfig config) {
    int layers = model.config().layers();
    SpaceFitter fitter =
        new SpaceFitter(config, corpus, counts, layers, model.config().hiddenSize(), null);
    List<Integer> all = prompts.stream().map(List::size).toList();
    LanguageProbing.texts(probing(), prompts, false)
        .pooled(
            settings.read(),
            (layer, rows) -> {
              float[][][] states = LanguageProbing.byLanguage(rows, all);
              for (int l = 0; l < states.length; l++) {
                states[l] = Arrays.copyOf(states[l], counts.get(l));
              }
              fitter.layer(states);
            });
    return fitter.fit(LanguageProbing.provenance(model, settings.read(), corpus.hash(), config));
  }

  private interface Maker {
    LanguageSpace make();
  }

  /** Under the same name as {@code Lens.fit} keeps it, so that either finds the other's. */
  private LanguageSpace stored(String kind, PromptEncoder encoder, LensConfig config, Maker maker) {
    String key =
        StateCache.key(
            settings.readAs(kind),
            model.hash(),
            encoder.fingerprint(),
            corpus.hash(),
            config.probingFingerprint());
    return cache.open(
        key,
        to -> maker.make().save(to.resolve(FILE)),
        from -> LanguageSpace.load(from.resolve(FILE)));
  }

  private static void requireTexts(LensConfig config, List<Integer> counts) {
    for (int l = 0; l < counts.size(); l++) {
      if (counts.get(l) < config.minTexts()) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "language %s has too few texts to probe: found %d, expected at least %d",
                config.languages().get(l),
                counts.get(l),
                config.minTexts()));
      }
    }
  }
}
