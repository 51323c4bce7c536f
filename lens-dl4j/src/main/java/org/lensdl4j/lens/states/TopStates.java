package org.lensdl4j.lens.states;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.DiskSpace;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that training reads of parallel prompts: the states that enter the trained layers, and the
 * final states of the untouched model as reference: means, and a decoder's last tokens or an
 * encoder's first. Computed once, kept in the {@link StateCache}; a second run, another seed or
 * another loss weight starts at once.
 *
 * <p>Texts are numbered prompt by prompt, in each prompt language by language. Memory-mapped; close
 * it after use.
 */
public final class TopStates implements AutoCloseable {
  private static final String BOUNDARY = "boundary.states";
  private static final String REFERENCE = "reference.safetensors";

  private final HiddenStates boundary;
  // The last token of a decoder, the first of an encoder.
  private final Pooling token;
  private final List<float[]> tokens;
  private final List<float[]> means;
  private final int languages;
  private final int hidden;
  // Of a selection: how many prompts, and which of the languages.
  private final int prompts;
  private final int[] chosen;

  private TopStates(TopStates whole, int prompts, int[] chosen) {
    boundary = whole.boundary;
    token = whole.token;
    tokens = whole.tokens;
    means = whole.means;
    languages = whole.languages;
    hidden = whole.hidden;
    this.prompts = prompts;
    this.chosen = chosen.clone();
  }

  private TopStates(Path folder, int prompts, int languages, int references, Pooling token)
      throws IOException {
    this.token = token;
    this.languages = languages;
    this.prompts = prompts;
    chosen = IntStream.range(0, languages).toArray();
    tokens = new ArrayList<>();
    means = new ArrayList<>();
    boundary = HiddenStates.open(folder.resolve(BOUNDARY));
    hidden = boundary.hiddenSize();
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(REFERENCE))) {
      for (int below = 0; below < references; below++) {
        tokens.add(file.readFloats(name(token, below)));
        means.add(file.readFloats(name(Pooling.MEAN, below)));
      }
    } catch (RuntimeException e) {
      boundary.close();
      throw e;
    }
  }

  /** The reference states are those of the last layer, "last", of the one below it "last.1". */
  private static String name(Pooling pooling, int below) {
    return name(pooling.name().toLowerCase(Locale.ROOT), below);
  }

  private static String name(String tensor, int below) {
    return below == 0 ? tensor : tensor + "." + below;
  }

  /**
   * Takes the states from the cache, or runs the model's layers over the prompts.
   *
   * @param prompts per prompt the token sequences of all languages, in one order
   * @param topLayers t: the boundary lies t layers below the end
   */
  public static TopStates of(
      TransformerModel model,
      List<List<TokenSequence>> prompts,
      int topLayers,
      StateCache cache,
      Progress progress) {
    return of(model, prompts, topLayers, 1, cache, progress);
  }

  /**
   * The same with reference states of further layers.
   *
   * @param references layers that reference states are kept of: the last one and those below it, at
   *     most {@code topLayers}
   */
  public static TopStates of(
      TransformerModel model,
      List<List<TokenSequence>> prompts,
      int topLayers,
      int references,
      StateCache cache,
      Progress progress) {
    return of(model, prompts, topLayers, references, cache, progress, null);
  }

  /**
   * The same from states of the same prompts at a lower boundary, which saves the layers below it.
   *
   * @param deeper of more top layers, or null
   */
  public static TopStates of(
      TransformerModel model,
      List<List<TokenSequence>> prompts,
      int topLayers,
      int references,
      StateCache cache,
      Progress progress,
      TopStates deeper) {
    List<TokenSequence> texts = new ArrayList<>();
    prompts.forEach(texts::addAll);
    int layer = model.config().layers() - topLayers;
    int kept = kept(model, texts, topLayers, references, cache);
    String key = StateCache.key(name("top", kept - 1), model.hash(), layer, texts);
    Path folder = cache.entry(key, to -> compute(model, texts, layer, kept, to, progress, deeper));
    try {
      Pooling token = token(model.config());
      return new TopStates(folder, prompts.size(), prompts.get(0).size(), references, token);
    } catch (IOException e) {
      throw new LensException(
          "cannot read hidden states in %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** As many references as asked for, or more if these are there already. */
  private static int kept(
      TransformerModel model,
      List<TokenSequence> texts,
      int topLayers,
      int references,
      StateCache cache) {
    int layer = model.config().layers() - topLayers;
    for (int r = references; r <= topLayers; r++) {
      if (cache.holds(StateCache.key(name("top", r - 1), model.hash(), layer, texts))) {
        return r;
      }
    }
    return references;
  }

  private static void compute(
      TransformerModel model,
      List<TokenSequence> texts,
      int layer,
      int references,
      Path folder,
      Progress progress,
      TopStates deeper)
      throws IOException {
    int layers = model.config().layers();
    try (Trunk trunk =
            Trunk.builder(model.config(), model.weights()).progress("states", progress).build();
        HiddenStates states = deeper == null ? trunk.embed(texts) : deeper.boundary.copy()) {
      DiskSpace.require(folder, bytes(states));
      trunk.advance(states, layer, Outputs.ALL_TOKENS, null);
      states.save(folder.resolve(BOUNDARY));
      Map<String, INDArray> kept = new LinkedHashMap<>();
      try {
        trunk.advance(
            states,
            layers,
            Outputs.ALL_TOKENS,
            (done, now) -> {
              if (layers - done < references) {
                keep(now, token(model.config()), layers - done, kept);
                keep(now, Pooling.MEAN, layers - done, kept);
              }
            });
        SafetensorsWriter writer = new SafetensorsWriter();
        kept.forEach(writer::add);
        writer.write(folder.resolve(REFERENCE));
      } finally {
        kept.values().forEach(INDArray::close);
      }
    }
  }

  private static Pooling token(ModelConfig config) {
    return config.isEncoder() ? Pooling.FIRST : Pooling.LAST;
  }

  private static void keep(
      HiddenStates states, Pooling pooling, int below, Map<String, INDArray> kept) {
    float[][] pooled = new float[states.texts()][states.hiddenSize()];
    for (int i = 0; i < pooled.length; i++) {
      pooling.of(states, i, pooled[i]);
    }
    kept.put(name(pooling, below), Nd4j.createFromArray(pooled));
  }

  private static long bytes(HiddenStates states) {
    long tokens = states.prefixLength();
    for (int i = 0; i < states.texts(); i++) {
      tokens += states.length(i) - states.prefixLength();
    }
    return 4L * states.hiddenSize() * (tokens + 2L * states.texts());
  }

  /**
   * The first prompts in some of the languages: the same states under other numbers. Closing either
   * closes both.
   *
   * @param count prompts, at most those here
   * @param of numbers of languages here, in the order in which the selection has them
   */
  public TopStates select(int count, int[] of) {
    if (count < 1 || count > prompts) {
      throw new IllegalArgumentException(
          "found %d prompts, expected 1 to %d".formatted(count, prompts));
    }
    return new TopStates(this, count, IntStream.of(of).map(l -> chosen[l]).toArray());
  }

  /** Number of prompts. */
  public int prompts() {
    return prompts;
  }

  /**
   * The number of a text.
   *
   * @param language its place among the languages
   */
  public int text(int prompt, int language) {
    return prompt * languages + chosen[language];
  }

  /** Number of tokens at the start that all texts share. */
  public int sharedTokens() {
    return boundary.prefixLength();
  }

  /** Number of tokens of a text, the shared ones included. */
  public int length(int text) {
    return boundary.length(text);
  }

  /**
   * The states of some texts that enter the trained layers: the shared tokens once, then each
   * text's own.
   *
   * @return {@code [rows, hidden]}, owned by the caller
   */
  public INDArray rows(int[] texts) {
    List<INDArray> parts = new ArrayList<>();
    if (sharedTokens() > 0) {
      parts.add(boundary.prefixRows());
    }
    for (int text : texts) {
      parts.add(boundary.rows(text));
    }
    try {
      return Nd4j.concat(0, parts.toArray(INDArray[]::new));
    } finally {
      parts.forEach(INDArray::close);
    }
  }

  /** The untouched model's final state of a text's last token, {@code [hidden]}. */
  public float[] referenceLast(int text) {
    return referenceLast(0, text);
  }

  /**
   * The untouched model's state of a text's last token, {@code [hidden]}.
   *
   * @param below 0 for the last layer, 1 for the one below it
   */
  public float[] referenceLast(int below, int text) {
    return reference(Pooling.LAST, below, text);
  }

  /** The untouched model's final states of a text averaged over its tokens, {@code [hidden]}. */
  public float[] referenceMean(int text) {
    return referenceMean(0, text);
  }

  /**
   * The untouched model's states of a text averaged over its tokens, {@code [hidden]}.
   *
   * @param below 0 for the last layer, 1 for the one below it
   */
  public float[] referenceMean(int below, int text) {
    return reference(Pooling.MEAN, below, text);
  }

  /**
   * What the untouched model makes of a text, {@code [hidden]}.
   *
   * @param below 0 for the last layer, 1 for the one below it
   * @throws LensException for an encoder's last token or a decoder's first, which are not kept
   */
  public float[] reference(Pooling pooling, int below, int text) {
    if (pooling != Pooling.MEAN && pooling != token) {
      throw new LensException(
          "reference states: found position %s, expected mean or %s"
              .formatted(pooling, token)
              .toLowerCase(Locale.ROOT));
    }
    return slice((pooling == Pooling.MEAN ? means : tokens).get(below), text);
  }

  private float[] slice(float[] from, int text) {
    return java.util.Arrays.copyOfRange(from, text * hidden, (text + 1) * hidden);
  }

  @Override
  public void close() {
    boundary.close();
  }
}
