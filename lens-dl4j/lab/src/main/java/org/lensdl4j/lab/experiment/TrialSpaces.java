package org.lensdl4j.lab.experiment;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.lens.space.SpaceFitter;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.PromptEncoder;

/** The language space of each configuration, from texts that are probed once per prompt form. */
final class TrialSpaces {
  private final TrialsBuilder settings;
  private final TransformerModel model;
  private final Corpus corpus;
  private final List<String> languages;
  private final StateCache cache;
  private final Progress progress;
  private final LanguageSpace known;
  private final Map<String, ProbeStates> states = new HashMap<>();
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
      return stored("space", encoder, config, () -> probed(encoder, config));
    }
    requireTexts(config);
    ProbeStates probed =
        states.computeIfAbsent(encoder.fingerprint(), k -> ProbeStates.of(settings, encoder));
    boolean same = config.languages().equals(languages) && probed.isAll(config.probeTexts());
    // What probing these texts alone would yield has other bits: it goes by another name.
    return stored(
        same ? "space" : "space-of-" + String.join(",", languages),
        encoder,
        config,
        () -> fit(probed, encoder, config));
  }

  private LanguageSpace probed(PromptEncoder encoder, LensConfig config) {
    return LanguageProbing.run(model, encoder, settings.read(), corpus, config, progress);
  }

  private LanguageSpace fit(ProbeStates probed, PromptEncoder encoder, LensConfig config) {
    List<Integer> counts =
        config.languages().stream().map(l -> probed.count(l, config.probeTexts())).toList();
    SpaceFitter fitter =
        new SpaceFitter(
            config, corpus, counts, model.config().layers(), model.config().hiddenSize(), null);
    probed.show(fitter, config.languages(), config.probeTexts());
    Provenance provenance =
        new Provenance(
            model.hash(),
            String.valueOf(model.source().getFileName()),
            encoder.fingerprint(),
            StatePosition.name(settings.read()),
            corpus.hash(),
            config.probingFingerprint(),
            Provenance.codeVersion());
    return fitter.fit(provenance);
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
    Path entry = cache.entry(key, to -> maker.make().save(to.resolve("space.safetensors")));
    return LanguageSpace.load(entry.resolve("space.safetensors"));
  }

  private void requireTexts(LensConfig config) {
    for (String language : config.languages()) {
      int there = corpus.size(language);
      int n = config.probeTexts() == 0 ? there : Math.min(config.probeTexts(), there);
      if (n < config.minTexts()) {
        throw new LensException(
            "language %s has too few texts to probe: found %d, expected at least %d"
                .formatted(language, n, config.minTexts()));
      }
    }
  }
}
