package org.lensdl4j.model.trunk;

import java.util.Arrays;
import java.util.List;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorNames;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Token ids to hidden states at layer 0. */
final class Embedding {
  private Embedding() {}

  static HiddenStates embed(
      ModelConfig config,
      Weights weights,
      List<TokenSequence> texts,
      boolean sharePrefix,
      int batchTokens) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("no texts");
    }
    for (int i = 0; i < texts.size(); i++) {
      check(config, i, texts.get(i));
    }
    int prefix = sharePrefix && texts.size() > 1 ? commonPrefix(texts) : 0;
    long[] starts = new long[texts.size() + 1];
    int[] pads = new int[texts.size()];
    starts[0] = prefix;
    for (int i = 0; i < pads.length; i++) {
      starts[i + 1] = starts[i] + texts.get(i).length() - prefix;
      pads[i] = texts.get(i).padPosition();
    }
    int d = config.hiddenSize();
    FloatArea area = FloatArea.allocate(Math.multiplyExact(starts[pads.length], d));
    try {
      Writer writer = new Writer(weights, area, d, batchTokens);
      writer.add(texts.get(0).ids(), 0, prefix);
      for (TokenSequence text : texts) {
        writer.add(text.ids(), prefix, text.length());
      }
      writer.flush();
      return new HiddenStates(d, prefix, starts, pads, area);
    } catch (RuntimeException | Error e) {
      area.close();
      throw e;
    }
  }

  private static void check(ModelConfig config, int i, TokenSequence text) {
    int n = text.length();
    int pad = text.padPosition();
    if (n == 0) {
      throw new IllegalArgumentException("text " + i + " has no tokens");
    }
    if (pad >= 0 && (n < 2 || pad < n - 1)) {
      throw new IllegalArgumentException(
          "text "
              + i
              + " of "
              + n
              + " tokens ends in a pad at position "
              + pad
              + ": expected a real token before it, and a position after those");
    }
    if (pad >= 0 && config.slidingWindow() > 0 && pad - (n - 2) >= config.slidingWindow()) {
      throw new IllegalArgumentException(
          "text "
              + i
              + ": the pad at position "
              + pad
              + " sees no token through a window of "
              + config.slidingWindow());
    }
    int longest = Math.max(n, pad + 1);
    if (config.maxPositions() > 0 && longest > config.maxPositions()) {
      throw new IllegalArgumentException(
          "text "
              + i
              + " needs "
              + longest
              + " positions, the model was made for "
              + config.maxPositions());
    }
    for (int id : text.ids()) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "text " + i + " holds token id " + id + ", the vocabulary has " + config.vocabSize());
      }
    }
  }

  /** Length of what all texts begin with; each keeps at least one token of its own. */
  private static int commonPrefix(List<TokenSequence> texts) {
    int[] first = texts.get(0).ids();
    int common = first.length - 1;
    for (TokenSequence text : texts) {
      common = Math.min(common, text.length() - 1);
      int mismatch = Arrays.mismatch(first, 0, common, text.ids(), 0, common);
      if (mismatch >= 0) {
        common = mismatch;
      }
    }
    return common;
  }

  /** Collects ids so that rows are looked up many at a time. */
  private static final class Writer {
    private final Weights weights;
    private final FloatArea area;
    private final int d;
    private final int[] ids;
    private int pending;
    private long row;

    Writer(Weights weights, FloatArea area, int d, int batchTokens) {
      this.weights = weights;
      this.area = area;
      this.d = d;
      ids = new int[batchTokens];
    }

    void add(int[] tokens, int from, int to) {
      for (int i = from; i < to; i++) {
        if (pending == ids.length) {
          flush();
        }
        ids[pending++] = tokens[i];
      }
    }

    void flush() {
      if (pending > 0) {
        try (INDArray rows = weights.readRows(TensorNames.EMBEDDING, Arrays.copyOf(ids, pending))) {
          area.write(row * d, rows.reshape(rows.length()).toFloatVector(), 0, pending * d);
        }
        row += pending;
        pending = 0;
      }
    }
  }
}
