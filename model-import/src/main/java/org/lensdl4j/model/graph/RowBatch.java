package org.lensdl4j.model.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Positions;
import org.lensdl4j.model.config.RelativePositions;
import org.lensdl4j.model.config.Rotary;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Texts packed one after another as rows of a {@link TransformerGraph}: first the tokens that all
 * of them share, then each text's own.
 *
 * <p>A token attends to the shared tokens and to earlier ones of its own text, in an encoder to all
 * of its text, never to another text. Positions count from 0 at the first shared token and continue
 * in each text.
 */
public final class RowBatch {
  /** Far below every score, and finite: a row of infinities would make softmax NaN. */
  private static final float HIDDEN_FROM = -1e9f;

  private final int shared;
  private final int[] own;
  private final int[] start;
  private final int rows;
  private final int blocks;

  /**
   * Lays out a batch.
   *
   * @param shared number of tokens that all texts share at their start, 0 or more
   * @param own number of further tokens of each text, 1 or more
   */
  public RowBatch(int shared, int... own) {
    this(1, shared, own);
  }

  private RowBatch(int blocks, int shared, int[] own) {
    if (shared < 0 || own.length == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch has 0 or more shared tokens and 1 or more texts, not %d and %d",
              shared,
              own.length));
    }
    this.shared = shared;
    this.own = own.clone();
    this.blocks = blocks;
    this.start = new int[own.length];
    int at = shared;
    for (int i = 0; i < own.length; i++) {
      if (own[i] < 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "text %d of the batch has %d tokens of its own, expected 1 or more",
                i,
                own[i]));
      }
      start[i] = at;
      at += own[i];
    }
    rows = at;
  }

  /**
   * The same batch for a graph of {@link TransformerGraph.Builder#blocks}.
   *
   * @param count as the graph's, 1 to the number of texts
   */
  public RowBatch inBlocks(int count) {
    if (count < 1 || count > own.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d blocks of %d texts, expected 1 to %d",
              count,
              own.length,
              own.length));
    }
    return new RowBatch(count, shared, own);
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Number of texts. */
  public int texts() {
    return own.length;
  }

  /** Number of tokens that all texts share. */
  public int shared() {
    return shared;
  }

  /** The row of a text's first own token. */
  public int firstRow(int text) {
    return start[text];
  }

  /** The row of a text's last token. */
  public int lastRow(int text) {
    return start[text] + own[text] - 1;
  }

  /** All rows of a text in order of position, the shared ones included. */
  public int[] rowsOf(int text) {
    int[] out = new int[shared + own[text]];
    for (int i = 0; i < out.length; i++) {
      out[i] = i < shared ? i : start[text] + i - shared;
    }
    return out;
  }

  /** All rows, in order. */
  public int[] allRows() {
    int[] out = new int[rows];
    for (int i = 0; i < rows; i++) {
      out[i] = i;
    }
    return out;
  }

  /**
   * The placeholders of a graph beside its input.
   *
   * @return arrays owned by the caller, by placeholder name
   * @throws IllegalArgumentException if tokens are shared and the model is an encoder
   */
  public Map<String, INDArray> placeholders(ModelConfig config) {
    if (config.isEncoder() && shared > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d shared tokens, expected 0: in an encoder the first tokens see the last, so they differ where the texts do",
              shared));
    }
    Map<String, INDArray> out = new HashMap<>();
    int[] all = allRows();
    sights(config, all, out, "");
    int[] positions = Arrays.stream(all).map(this::position).toArray();
    if (config.structure().positions() == Positions.LEARNED) {
      out.put(TransformerGraph.POSITIONS, Nd4j.createFromArray(positions));
    }
    if (config.structure().positions() == Positions.ALIBI) {
      INDArray floats = Nd4j.createFromArray(positions).castTo(DataType.FLOAT);
      out.put(TransformerGraph.KEY_POSITIONS, floats.reshape(1, 1, rows));
    }
    return out;
  }

  /**
   * The placeholders of a graph whose last layer computes chosen rows.
   *
   * @param chosen rows that come out, in this order
   * @return arrays owned by the caller, by placeholder name
   */
  public Map<String, INDArray> placeholders(ModelConfig config, int[] chosen) {
    Map<String, INDArray> out = placeholders(config);
    out.put(TransformerGraph.CHOICE, oneHot(chosen, rows));
    sights(config, chosen, out, TransformerGraph.CHOSEN);
    return out;
  }

  private void sights(ModelConfig config, int[] chosen, Map<String, INDArray> out, String prefix) {
    if (!config.mixesWindows()) {
      attentionInputs(config, config.rotary(0), config.window(0), chosen, out, prefix);
      return;
    }
    attentionInputs(config, config.rotary(), 0, chosen, out, prefix);
    Rotary local = config.structure().localRotary();
    Rotary ofLocal = local == null ? config.rotary() : local;
    String localPrefix = prefix + TransformerGraph.LOCAL;
    attentionInputs(config, ofLocal, config.slidingWindow(), chosen, out, localPrefix);
  }

  private void attentionInputs(
      ModelConfig config,
      Rotary rotary,
      int window,
      int[] chosen,
      Map<String, INDArray> out,
      String prefix) {
    if (blocks > 1 && RowBlocks.possible(config)) {
      new RowBlocks(this, blocks).placeholders(config, chosen, window, out, prefix);
    } else {
      out.put(prefix + TransformerGraph.MASK, mask(config, chosen, window, 0, rows));
    }
    if (config.structure().positions() == Positions.ROTARY) {
      rotary(
          config,
          rotary,
          chosen,
          out,
          prefix + TransformerGraph.COS,
          prefix + TransformerGraph.SIN);
    }
    if (config.isEncoder() && config.structure().encoder().relative()) {
      out.put(prefix + TransformerGraph.BUCKETS, buckets(chosen));
    }
  }

  /**
   * A one-hot matrix {@code [chosen.length, width]}: picks rows by a product, which has a usable
   * gradient.
   */
  public static INDArray oneHot(int[] chosen, int width) {
    float[] values = new float[Math.multiplyExact(chosen.length, width)];
    for (int i = 0; i < chosen.length; i++) {
      values[i * width + chosen[i]] = 1;
    }
    return Nd4j.create(values, new long[] {chosen.length, width}, 'c');
  }

  /**
   * Who of the chosen rows sees which of the shared ones and of those from {@code from} to {@code
   * to}, exclusive; {@code from} is 0 or not below the end of the shared ones.
   */
  INDArray mask(ModelConfig config, int[] chosen, int window, int from, int to) {
    int group = config.heads() / config.keyValueHeads();
    int n = chosen.length;
    int skipped = Math.max(0, from - shared);
    int keys = to - skipped;
    float[] values = new float[Math.multiplyExact(Math.multiplyExact(group, n), keys)];
    Arrays.fill(values, HIDDEN_FROM);
    for (int i = 0; i < n; i++) {
      int at = i * keys;
      if (config.isEncoder()) {
        int text = textOf(chosen[i]);
        int first = at + start[text] - skipped;
        Arrays.fill(values, first, first + own[text], 0);
        continue;
      }
      for (int seen : seenFrom(chosen[i], window)) {
        values[at + (seen < shared ? seen : seen - skipped)] = 0;
      }
    }
    for (int g = 1; g < group; g++) {
      System.arraycopy(values, 0, values, g * n * keys, n * keys);
    }
    return Nd4j.create(values, new long[] {1, (long) group * n, keys}, 'c');
  }

  /** Which bias each row has for each other; what it has for another text's is masked. */
  private INDArray buckets(int[] chosen) {
    int[] values = new int[Math.multiplyExact(chosen.length, rows)];
    for (int i = 0; i < chosen.length; i++) {
      for (int j = 0; j < rows; j++) {
        values[i * rows + j] = RelativePositions.bucket(j - chosen[i]);
      }
    }
    return Nd4j.createFromArray(values).reshape(chosen.length, rows);
  }

  private List<Integer> seenFrom(int row, int window) {
    int text = textOf(row);
    int position = position(row);
    List<Integer> seen = new ArrayList<>();
    for (int p = window > 0 ? Math.max(0, position - window + 1) : 0; p <= position; p++) {
      seen.add(p < shared ? p : start[text] + p - shared);
    }
    return seen;
  }

  private int textOf(int row) {
    if (row < shared) {
      return -1;
    }
    int text = own.length - 1;
    while (start[text] > row) {
      text--;
    }
    return text;
  }

  private int position(int row) {
    int text = textOf(row);
    return text < 0 ? row : shared + row - start[text];
  }

  /** Whether a row's text is read with the rotary frequencies of long texts. */
  private boolean isLong(Rotary rotary, int row) {
    int text = textOf(row);
    if (text >= 0) {
      return rotary.isLong(shared + own[text]);
    }
    // Texts that differ in this share no tokens in the trunk.
    return rotary.isLong(shared + own[0]);
  }

  private void rotary(
      ModelConfig config,
      Rotary rotary,
      int[] chosen,
      Map<String, INDArray> out,
      String cosName,
      String sinName) {
    int d = config.headDim();
    double[] brief = frequencies(config, rotary, false);
    double[] extended = brief;
    if (rotary.scaling() == Rotary.Scaling.LONGROPE) {
      extended = frequencies(config, rotary, true);
    }
    double[] amplitude = amplitudes(config, rotary);
    float[] cos = new float[chosen.length * d];
    float[] sin = new float[chosen.length * d];
    for (int i = 0; i < chosen.length; i++) {
      int position = position(chosen[i]);
      double[] inverse = isLong(rotary, chosen[i]) ? extended : brief;
      for (int j = 0; j < d; j++) {
        // transformers multiplies position and frequency in fp32
        float angle = position * (float) inverse[j];
        cos[i * d + j] = (float) (Math.cos(angle) * amplitude[j]);
        sin[i * d + j] = (float) (Math.sin(angle) * amplitude[j]);
      }
    }
    long[] shape = {chosen.length, 1, d};
    out.put(cosName, Nd4j.create(cos, shape, 'c'));
    out.put(sinName, Nd4j.create(sin, shape, 'c'));
  }

  /** Frequency of each element of a head: those that are not turned have 0. */
  static double[] frequencies(ModelConfig config, Rotary rotary, boolean longText) {
    int turned = config.rotaryDim();
    double[] inverse = rotary.inverseFrequencies(turned, longText);
    double[] out = new double[config.headDim()];
    for (int j = 0; j < turned; j++) {
      out[j] = inverse[config.turnsPairs() ? j / 2 : j % (turned / 2)];
    }
    return out;
  }

  /** Amplitude of each element of a head: those that are not turned have 1. */
  static double[] amplitudes(ModelConfig config, Rotary rotary) {
    double[] out = new double[config.headDim()];
    Arrays.fill(out, 1);
    Arrays.fill(out, 0, config.rotaryDim(), rotary.amplitude());
    return out;
  }
}
