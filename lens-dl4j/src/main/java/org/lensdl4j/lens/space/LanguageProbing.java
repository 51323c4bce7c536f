package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.model.Progress;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.taps.Pooling;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.LayerTap;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.TokenSequence;
import org.lensdl4j.model.trunk.Trunk;

/**
 * The probing job: texts of all languages go through the model once, layer by layer, and after each
 * layer their states are added to {@link LanguageStatistics}: a decoder's last token, which has
 * read the whole text; of an encoder the mean of all tokens, or the first ({@code [CLS]}).
 *
 * <p>With {@link Compat#LENS_2FFA3F0} the prompts are right-padded per language to its longest
 * text, and what is beyond a multiple of {@value Compat#PROBE_BATCH} texts is dropped.
 */
public final class LanguageProbing {
  private final PromptEncoder encoder;
  private final LensConfig config;
  private final Pooling pooling;

  private LanguageProbing(PromptEncoder encoder, LensConfig config, Pooling pooling) {
    this.pooling = pooling;
    this.encoder = encoder;
    this.config = config;
    if (encoder.compat() != config.compat().isOn()
        || encoder.maxTokens() != config.probeMaxTokens()) {
      throw new IllegalArgumentException(
          "encoder has compat %s and maxTokens %d, the configuration %s and %d; expected the same"
              .formatted(
                  encoder.compat(),
                  encoder.maxTokens(),
                  config.compat().isOn(),
                  config.probeMaxTokens()));
    }
  }

  /** The form of probing prompts: template, system text and length as the settings say. */
  public static PromptEncoder encoder(TransformerModel model, LensConfig config) {
    return PromptEncoder.builder(model.tokenizer())
        .template(model.chatTemplate().orElse(null))
        .system(config.systemPrompt())
        .maxTokens(config.probeMaxTokens())
        .compat(config.compat().isOn())
        .build();
  }

  /** Probes a model with prompts of {@link #encoder}. */
  public static LanguageSpace run(
      TransformerModel model, Corpus corpus, LensConfig config, Progress progress) {
    return run(model, encoder(model, config), corpus, config, progress);
  }

  /** What is read of a text by default: {@link StatePosition#usual}. */
  public static Pooling position(ModelConfig model) {
    return StatePosition.usual(model);
  }

  /** Probes a model at its default {@link #position}. */
  public static LanguageSpace run(
      TransformerModel model,
      PromptEncoder encoder,
      Corpus corpus,
      LensConfig config,
      Progress progress) {
    return run(model, encoder, StatePosition.usual(model.config()), corpus, config, progress);
  }

  /**
   * Probes a model.
   *
   * @param encoder of the model's tokenizer, with the configuration's {@code probeMaxTokens} and
   *     {@code compat}
   * @param position what is read of a text: {@link Pooling#LAST} of a decoder, {@link Pooling#MEAN}
   *     or {@link Pooling#FIRST} of an encoder
   * @param corpus holds all of the configuration's languages; of each the first {@code probeTexts}
   *     are used
   * @param progress hears about it as {@code probing}
   * @throws LensException if a language has fewer than {@code minTexts} texts (in compat mode, than
   *     one batch), its states cannot be told apart from another's, or the model is not read at
   *     that position
   */
  public static LanguageSpace run(
      TransformerModel model,
      PromptEncoder encoder,
      Pooling position,
      Corpus corpus,
      LensConfig config,
      Progress progress) {
    require(model.config(), position, config);
    LanguageProbing job = new LanguageProbing(encoder, config, position);
    LanguageStatistics statistics;
    try (Trunk trunk =
        Trunk.builder(model.config(), model.weights()).progress("probing", progress).build()) {
      statistics = job.gather(trunk, model.config().layers(), model.config().hiddenSize(), corpus);
    }
    Provenance provenance = provenance(model, encoder, position, corpus.hash(), config);
    return LanguageProbe.fit(statistics, config.central(), config.rank(), provenance);
  }

  static Provenance provenance(
      TransformerModel model,
      PromptEncoder encoder,
      Pooling position,
      String corpus,
      LensConfig config) {
    return new Provenance(
        model.hash(),
        String.valueOf(model.source().getFileName()),
        encoder.fingerprint(),
        config.compat().isOn() ? "index -1 of the padded batch" : StatePosition.name(position),
        corpus,
        config.probingFingerprint(),
        Provenance.codeVersion());
  }

  /**
   * The sums of a decoder's last tokens alone, for partial results that are merged.
   *
   * @param layers K of the trunk's model
   * @param hiddenSize d of the trunk's model
   */
  public static LanguageStatistics statistics(
      Trunk trunk,
      int layers,
      int hiddenSize,
      PromptEncoder encoder,
      Corpus corpus,
      LensConfig config) {
    return new LanguageProbing(encoder, config, Pooling.LAST)
        .gather(trunk, layers, hiddenSize, corpus);
  }

  private static void require(ModelConfig model, Pooling position, LensConfig config) {
    StatePosition.require(position, model);
    if (model.isEncoder() && config.compat().isOn()) {
      throw new LensException(
          "compat %s reproduces decoders; model_type '%s' is an encoder"
              .formatted(config.compat(), model.modelType()));
    }
  }

  private LanguageStatistics gather(Trunk trunk, int layers, int hiddenSize, Corpus corpus) {
    List<TokenSequence> prompts = new ArrayList<>();
    List<String> owners = new ArrayList<>();
    for (String language : config.languages()) {
      List<TokenSequence> own = prompts(corpus.strings(language), language);
      prompts.addAll(own);
      own.forEach(p -> owners.add(language));
    }
    LanguageStatistics statistics = new LanguageStatistics(config.languages(), layers, hiddenSize);
    try (HiddenStates states = trunk.embed(prompts)) {
      Outputs outputs = pooling == Pooling.LAST ? Outputs.LAST_TOKEN : Outputs.ALL_TOKENS;
      trunk.advance(
          states, layers, outputs, adding(pooling, statistics, owners.size(), owners::get));
    }
    return statistics;
  }

  private List<TokenSequence> prompts(List<String> all, String language) {
    List<String> texts =
        config.probeTexts() == 0 ? all : all.subList(0, Math.min(all.size(), config.probeTexts()));
    boolean compat = config.compat().isOn();
    int least = compat ? Compat.PROBE_BATCH : config.minTexts();
    if (texts.size() < least) {
      throw new LensException(
          "language %s has too few texts to probe: found %d, expected at least %d"
              .formatted(language, texts.size(), least));
    }
    // Padded to the longest of all texts, those that are then dropped included: as the original.
    List<TokenSequence> prompts = encoder.encodeAll(texts);
    return compat
        ? prompts.subList(0, prompts.size() / Compat.PROBE_BATCH * Compat.PROBE_BATCH)
        : prompts;
  }

  /** Adds each text's state to its language's sums, at every layer. */
  static LayerTap adding(
      Pooling pooling, LanguageStatistics statistics, int texts, IntFunction<String> language) {
    float[] state = new float[statistics.hiddenSize()];
    return (layer, states) -> {
      for (int text = 0; text < texts; text++) {
        pooling.of(states, text, state);
        statistics.add(language.apply(text), layer, state);
      }
    };
  }
}
