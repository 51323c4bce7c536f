package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.graph.Tap;
import org.lensdl4j.model.graph.TappedGraph;
import org.lensdl4j.model.graph.TokenInputs;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Probing of any SameDiff graph whose hidden states are tapped, as {@link LanguageProbing} is of a
 * model of ours. Layer k of the space is the k-th tap.
 *
 * <pre>{@code
 * LanguageSpace space = TappedProbing.of(model.tapped())
 *     .tokens(tokenizer::encodeWithSpecialTokens)
 *     .pooling(Pooling.MEAN)
 *     .fit(corpus, "en", 0);
 * }</pre>
 */
public final class TappedProbing {
  private final TappedGraph graph;
  private List<String> taps;
  private Function<String, int[]> tokens;
  private Function<List<int[]>, Map<String, INDArray>> inputs;
  private Pooling pooling = Pooling.LAST;
  private int batch = 16;
  private int maxTokens = 128;

  private TappedProbing(TappedGraph graph) {
    this.graph = graph;
    this.taps = graph.taps().stream().map(Tap::name).toList();
    this.inputs = texts -> TokenInputs.of(graph, texts, 0);
  }

  /** Probes all taps of a graph. */
  public static TappedProbing of(TappedGraph graph) {
    return new TappedProbing(graph);
  }

  /** Which taps; default all. Their states must have one size. */
  public TappedProbing taps(List<String> names) {
    names.forEach(graph::variable);
    this.taps = List.copyOf(names);
    return this;
  }

  /** What makes tokens of a text, special ones included; no default. */
  public TappedProbing tokens(Function<String, int[]> tokenizer) {
    this.tokens = tokenizer;
    return this;
  }

  /**
   * What makes the graph's inputs of the tokens of some texts, padded at the right; default {@link
   * TokenInputs} with padding id 0. The arrays are closed after use.
   */
  public TappedProbing inputs(Function<List<int[]>, Map<String, INDArray>> maker) {
    this.inputs = maker;
    return this;
  }

  /** How token states become one; default {@link Pooling#LAST}. */
  public TappedProbing pooling(Pooling kind) {
    this.pooling = kind;
    return this;
  }

  /** Texts of one run of the graph; default 16. */
  public TappedProbing batchSize(int texts) {
    this.batch = atLeastOne("batchSize", texts);
    return this;
  }

  /** Longer texts lose their end; default 128. */
  public TappedProbing maxTokens(int most) {
    this.maxTokens = atLeastOne("maxTokens", most);
    return this;
  }

  private static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + ": found " + value + ", expected at least 1");
    }
    return value;
  }

  /**
   * The pooled states of some texts.
   *
   * @return by tap name, {@code [texts][hidden]} each
   */
  public Map<String, float[][]> states(List<String> texts) {
    if (tokens == null) {
      throw new IllegalStateException("tokens: found nothing, expected a tokenizer");
    }
    Map<String, float[][]> out = new LinkedHashMap<>();
    taps.forEach(t -> out.put(t, new float[texts.size()][]));
    for (int from = 0; from < texts.size(); from += batch) {
      List<int[]> part = new ArrayList<>();
      for (String text : texts.subList(from, Math.min(from + batch, texts.size()))) {
        int[] ids = tokens.apply(text);
        part.add(ids.length <= maxTokens ? ids : java.util.Arrays.copyOf(ids, maxTokens));
      }
      run(part, from, out);
    }
    return out;
  }

  private void run(List<int[]> part, int from, Map<String, float[][]> out) {
    List<Integer> lengths = part.stream().map(t -> t.length).toList();
    Map<String, INDArray> arrays = inputs.apply(part);
    List<String> variables = taps.stream().map(t -> graph.variable(t).name()).toList();
    Map<String, INDArray> found = graph.run(arrays, variables);
    for (int k = 0; k < taps.size(); k++) {
      float[][] pooled = pooling.of(found.get(variables.get(k)), lengths);
      System.arraycopy(pooled, 0, out.get(taps.get(k)), from, pooled.length);
    }
    found.values().forEach(INDArray::close);
    arrays.values().forEach(INDArray::close);
  }

  /** The sums alone. */
  public LanguageStatistics statistics(Corpus corpus) {
    LanguageStatistics statistics = null;
    for (String language : corpus.languages()) {
      Map<String, float[][]> states = states(corpus.strings(language));
      for (int k = 0; k < taps.size(); k++) {
        for (float[] state : states.get(taps.get(k))) {
          if (statistics == null) {
            statistics = new LanguageStatistics(corpus.languages(), taps.size(), state.length);
          }
          statistics.add(language, k + 1, state);
        }
      }
    }
    if (statistics == null) {
      throw new LensException("found no texts or no taps to probe, expected some of each");
    }
    return statistics;
  }

  /**
   * Probes.
   *
   * @param central the language that directions start from
   * @param rank of the language-specific subspace; 0 for one less than there are languages
   */
  public LanguageSpace fit(Corpus corpus, String central, int rank) {
    Provenance provenance =
        new Provenance(
            "",
            "",
            "",
            pooling.name().toLowerCase(Locale.ROOT),
            corpus.hash(),
            "",
            Provenance.codeVersion());
    return LanguageProbe.fit(statistics(corpus), central, rank, provenance);
  }
}
