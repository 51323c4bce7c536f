package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.states.Texts;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.Pooling;

/**
 * The probing job: one state of every text of every language after every layer, and the space that
 * is fitted to them: a decoder's last token, which has read the whole text; of an encoder the mean
 * of all tokens, or the first ({@code [CLS]}). Texts of a language share matrix products in blocks
 * of {@link BlockProbing#TEXTS}, so that the result is that of {@link BlockProbing}, bit for bit.
 *
 * <p>With {@link Compat#LENS_2FFA3F0} the prompts are right-padded per language to its longest
 * text, and what is beyond a multiple of {@value Compat#PROBE_BATCH} texts is dropped.
 */
public final class LanguageProbing {
  private LanguageProbing() {}

  /** The form of probing prompts: template, system text and length as the settings say. */
  public static PromptEncoder encoder(TransformerModel model, LensConfig config) {
    return Prompting.probing(config).encoder(model);
  }

  /** Probes a model where it is usually read ({@link StatePosition#usual}); keeps no states. */
  public static LanguageSpace run(
      TransformerModel model, Corpus corpus, LensConfig config, Progress progress) {
    States states = States.of(model, null).progress("probing", progress);
    return run(states, StatePosition.usual(model.config()), corpus, config, null);
  }

  /**
   * Probes a model.
   *
   * @param states of the model; what they keep is read again by the next probing of these texts, of
   *     whatever rank and coordinates
   * @param position what is read of a text: {@link Pooling#LAST}, {@link Pooling#REST} or {@link
   *     Pooling#MEAN} of a decoder, {@link Pooling#MEAN} or {@link Pooling#FIRST} of an encoder
   * @param corpus holds all of the configuration's languages; of each the first {@code probeTexts}
   *     are used
   * @param visitor sees the states of all texts after each layer; may be null. With parallel texts
   *     (the same ids in every language) text i of each language is the same one
   * @throws LensException if a language has fewer than {@code minTexts} texts (in compat mode, than
   *     one batch), its states cannot be told apart from another's, or the model is not read at
   *     that position
   */
  public static LanguageSpace run(
      States states,
      Pooling position,
      Corpus corpus,
      LensConfig config,
      LayerStates.Visitor visitor) {
    TransformerModel model = states.model();
    require(model.config(), position, config);
    List<List<TokenSequence>> prompts = prompts(model, corpus, config);
    List<Integer> counts = prompts.stream().map(List::size).toList();
    int layers = model.config().layers();
    SpaceFitter fitter =
        new SpaceFitter(config, corpus, counts, layers, model.config().hiddenSize(), visitor);
    texts(states, prompts, config.compat().isOn())
        .pooled(position, (layer, rows) -> fitter.layer(byLanguage(rows, counts)));
    return fitter.fit(provenance(model, position, corpus.hash(), config));
  }

  /** Prompts of several languages, in the blocks in which they go through the model. */
  public static Texts texts(States states, List<List<TokenSequence>> prompts, boolean compat) {
    if (compat) {
      return states.texts(prompts.stream().flatMap(List::stream).toList());
    }
    return states.blocks(prompts.stream().flatMap(p -> BlockProbing.blocks(p).stream()).toList());
  }

  /**
   * Rows of texts that stand language by language.
   *
   * @param counts texts of each
   */
  public static float[][][] byLanguage(float[][] rows, List<Integer> counts) {
    float[][][] out = new float[counts.size()][][];
    int at = 0;
    for (int l = 0; l < out.length; l++) {
      out[l] = Arrays.copyOfRange(rows, at, at + counts.get(l));
      at += counts.get(l);
    }
    return out;
  }

  /** What a space's file says of where it comes from. */
  public static Provenance provenance(
      TransformerModel model, Pooling position, String corpus, LensConfig config) {
    return new Provenance(
        model.hash(),
        String.valueOf(model.source().getFileName()),
        encoder(model, config).fingerprint(),
        config.compat().isOn() ? "index -1 of the padded batch" : StatePosition.name(position),
        corpus,
        config.probingFingerprint(),
        Provenance.codeVersion());
  }

  private static void require(ModelConfig model, Pooling position, LensConfig config) {
    StatePosition.require(position, model);
    if (model.isEncoder() && config.compat().isOn()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "compat %s reproduces decoders; model_type '%s' is an encoder",
              config.compat(),
              model.modelType()));
    }
  }

  /** The prompts of each language. */
  public static List<List<TokenSequence>> prompts(
      TransformerModel model, Corpus corpus, LensConfig config) {
    PromptEncoder encoder = encoder(model, config);
    List<List<TokenSequence>> out = new ArrayList<>();
    for (String language : config.languages()) {
      out.add(prompts(encoder, corpus.strings(language), language, config));
    }
    return out;
  }

  private static List<TokenSequence> prompts(
      PromptEncoder encoder, List<String> all, String language, LensConfig config) {
    List<String> texts =
        config.probeTexts() == 0 ? all : all.subList(0, Math.min(all.size(), config.probeTexts()));
    boolean compat = config.compat().isOn();
    int least = compat ? Compat.PROBE_BATCH : config.minTexts();
    if (texts.size() < least) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "language %s has too few texts to probe: found %d, expected at least %d",
              language,
              texts.size(),
              least));
    }
    // Padded to the longest of all texts, those that are then dropped included: as the original.
    List<TokenSequence> prompts = encoder.encodeAll(texts);
    return compat
        ? prompts.subList(0, prompts.size() / Compat.PROBE_BATCH * Compat.PROBE_BATCH)
        : prompts;
  }
}
