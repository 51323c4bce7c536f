package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.LayerTap;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;

/**
 * The probing job: texts of all languages go through the model once, layer by layer, and after each
 * layer their states are added to {@link LanguageStatistics}: a decoder's last token, which has
 * read the whole text; of an encoder the mean of all tokens, or the first ({@code [CLS]}). Texts of
 * a language share matrix products in blocks of {@link BlockProbing#TEXTS}, so that the result is
 * that of {@link BlockProbing}, bit for bit.
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
    return run(model, encoder, position, corpus, config, progress, null);
  }

  /**
   * The same, showing every layer's states.
   *
   * @param visitor sees the states of all texts after each layer; may be null. With parallel texts
   *     (the same ids in every language) text i of each language is the same one
   */
  public static LanguageSpace run(
      TransformerModel model,
      PromptEncoder encoder,
      Pooling position,
      Corpus corpus,
      LensConfig config,
      Progress progress,
      LayerStates.Visitor visitor) {
    require(model.config(), position, config);
    LanguageProbing job = new LanguageProbing(encoder, config, position);
    Prompts prompts = job.prompts(corpus);
    SpaceFitter fitter =
        new SpaceFitter(
            config,
            corpus,
            prompts.counts,
            model.config().layers(),
            model.config().hiddenSize(),
            visitor);
    try (Trunk trunk =
        Trunk.builder(model.config(), model.weights()).progress("probing", progress).build()) {
      int layers = model.config().layers();
      job.gather(
          trunk, layers, prompts, (layer, blocks) -> fitter.layer(job.read(blocks, prompts)));
    }
    return fitter.fit(provenance(model, encoder, position, corpus.hash(), config));
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
    LanguageProbing job = new LanguageProbing(encoder, config, Pooling.LAST);
    LanguageStatistics statistics = new LanguageStatistics(config.languages(), layers, hiddenSize);
    Prompts prompts = job.prompts(corpus);
    job.gather(
        trunk,
        layers,
        prompts,
        (layer, blocks) -> {
          float[][][] states = job.read(blocks, prompts);
          for (int l = 0; l < states.length; l++) {
            for (float[] state : states[l]) {
              statistics.add(config.languages().get(l), layer, state);
            }
          }
        });
    return statistics;
  }

  private static void require(ModelConfig model, Pooling position, LensConfig config) {
    StatePosition.require(position, model);
    if (model.isEncoder() && config.compat().isOn()) {
      throw new LensException(
          "compat %s reproduces decoders; model_type '%s' is an encoder"
              .formatted(config.compat(), model.modelType()));
    }
  }

  /**
   * What goes through the model.
   *
   * @param all language by language
   * @param counts of each language
   */
  private record Prompts(List<TokenSequence> all, List<Integer> counts) {}

  private Prompts prompts(Corpus corpus) {
    List<TokenSequence> all = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    for (String language : config.languages()) {
      List<TokenSequence> own = prompts(corpus.strings(language), language);
      all.addAll(own);
      counts.add(own.size());
    }
    return new Prompts(all, counts);
  }

  /** Sees the states of all blocks after a layer. */
  private interface BlocksTap {
    void after(int layer, List<HiddenStates> blocks);
  }

  private void gather(Trunk trunk, int layers, Prompts prompts, BlocksTap tap) {
    List<HiddenStates> blocks = new ArrayList<>();
    try {
      for (List<TokenSequence> block : blocks(prompts)) {
        blocks.add(trunk.embed(block));
      }
      Outputs outputs = pooling == Pooling.LAST ? Outputs.LAST_TOKEN : Outputs.ALL_TOKENS;
      trunk.advance(blocks, layers, outputs, layer -> tap.after(layer, blocks));
    } finally {
      blocks.forEach(HiddenStates::close);
    }
  }

  /** Those of {@link BlockProbing}, so that a cluster finds the same states. */
  private List<List<TokenSequence>> blocks(Prompts prompts) {
    if (config.compat().isOn()) {
      return List.of(prompts.all);
    }
    List<List<TokenSequence>> out = new ArrayList<>();
    int from = 0;
    for (int count : prompts.counts) {
      out.addAll(BlockProbing.blocks(prompts.all.subList(from, from + count)));
      from += count;
    }
    return out;
  }

  /** One layer's states, {@code [L][texts][d]}. */
  private float[][][] read(List<HiddenStates> blocks, Prompts prompts) {
    float[][][] out = new float[prompts.counts.size()][][];
    int hiddenSize = blocks.get(0).hiddenSize();
    int block = 0;
    int text = 0;
    for (int l = 0; l < out.length; l++) {
      out[l] = new float[prompts.counts.get(l)][hiddenSize];
      for (float[] state : out[l]) {
        if (text == blocks.get(block).texts()) {
          block++;
          text = 0;
        }
        pooling.of(blocks.get(block), text, state);
        text++;
      }
    }
    return out;
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
      Pooling pooling, LanguageStatistics statistics, int texts, String language) {
    float[] state = new float[statistics.hiddenSize()];
    return (layer, states) -> {
      for (int text = 0; text < texts; text++) {
        pooling.of(states, text, state);
        statistics.add(language, layer, state);
      }
    };
  }
}
