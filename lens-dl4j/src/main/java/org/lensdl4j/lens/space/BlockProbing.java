package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.Pooling;

/**
 * Probing of a corpus in blocks, each some texts of one language: for corpora that do not fit into
 * memory, or that several machines share.
 *
 * <pre>{@code
 * LanguageStatistics all = new LanguageStatistics(config.languages(), layers, hiddenSize);
 * BlockProbing probing = new BlockProbing(model, config, threads);
 * all.merge(probing.sums("sw", first256Texts)).merge(probing.sums("sw", next256Texts));
 * LanguageSpace space = probing.fit(all, corpusHash);
 * }</pre>
 *
 * <p>The sums of a block depend on nothing but its texts, on one kind of processor, and merging is
 * exact: the same blocks give the same space wherever and in whatever order they were done. Blocks
 * of {@link #TEXTS} texts, in the order of the corpus, give that of {@link LanguageProbing}; others
 * of the same texts change states by 32-bit rounding.
 */
public final class BlockProbing {
  /** Enough for layers' weights to be read rarely; 256 texts of 64 tokens take 64 KB x d. */
  public static final int TEXTS = 256;

  private final TransformerModel model;
  private final LensConfig config;
  private final Pooling position;
  private final PromptEncoder encoder;
  private final States states;

  /**
   * Reads a model at its default position ({@link StatePosition#usual}).
   *
   * @param model stays open, and its owner's
   * @param threads that work on one block
   * @throws LensException as {@link #require}
   */
  public BlockProbing(TransformerModel model, LensConfig config, int threads) {
    require(config);
    this.model = model;
    this.config = config;
    position = StatePosition.usual(model.config());
    encoder = LanguageProbing.encoder(model, config);
    states = States.of(model, null).threads(threads);
  }

  /** All texts of one language, in the order of the corpus, cut into blocks of {@link #TEXTS}. */
  public static <T> List<List<T>> blocks(List<T> texts) {
    List<List<T>> out = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += TEXTS) {
      out.add(texts.subList(from, Math.min(texts.size(), from + TEXTS)));
    }
    return out;
  }

  /**
   * Refuses what cannot be probed in blocks.
   *
   * @throws LensException naming the option
   */
  public static void require(LensConfig config) {
    if (config.compat().isOn()) {
      throw new LensException(
          "option compat pads each language to its longest text, so it cannot probe in blocks");
    }
    if (config.agnosticRank() > 1) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option agnosticRank: found %d, expected 1 for probing in blocks: more directions are"
                  + " fitted to pairs of parallel texts, not to sums; lens probe fits them on one"
                  + " machine",
              config.agnosticRank()));
    }
  }

  /** Empty statistics of some languages for this model. */
  public LanguageStatistics none(List<String> languages) {
    return new LanguageStatistics(languages, model.config().layers(), model.config().hiddenSize());
  }

  /**
   * The sums of one block.
   *
   * @param texts at least one
   * @return statistics of this language alone
   */
  public LanguageStatistics sums(String language, List<String> texts) {
    List<TokenSequence> prompts = encoder.encodeAll(texts);
    LanguageStatistics out = none(List.of(language));
    states
        .texts(prompts)
        .pooled(
            position,
            (layer, rows) -> {
              for (float[] state : rows) {
                out.add(language, layer, state);
              }
            });
    return out;
  }

  /**
   * The space of merged sums.
   *
   * @param statistics of all of the configuration's languages
   * @param corpus what the space's file says of the texts, a hash
   * @throws LensException if a language has fewer than {@code minTexts} texts, or its states cannot
   *     be told apart from another's
   */
  public LanguageSpace fit(LanguageStatistics statistics, String corpus) {
    for (String language : config.languages()) {
      if (statistics.count(language) < config.minTexts()) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "language %s has too few texts to probe: found %d, expected at least %d",
                language,
                statistics.count(language),
                config.minTexts()));
      }
    }
    Provenance provenance = LanguageProbing.provenance(model, position, corpus, config);
    return LanguageProbe.fit(
        statistics, config.central(), config.rank(), config.coordinates().ofSpace(), provenance);
  }
}
