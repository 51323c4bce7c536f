package org.lensdl4j.model.trunk;

import java.util.Arrays;
import java.util.List;
import org.lensdl4j.model.config.Encoder;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.weights.Weights;

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
    // In an encoder the first tokens see the last, so they differ where the texts do.
    boolean shares = sharePrefix && !config.isEncoder() && alike(config, texts);
    int prefix = shares && texts.size() > 1 ? commonPrefix(texts) : 0;
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
      TokenEmbedding embedding = new TokenEmbedding(config, weights);
      Writer writer = new Writer(embedding, config.structure().encoder(), area, d, batchTokens);
      writer.add(texts.get(0), 0, prefix);
      for (TokenSequence text : texts) {
        writer.add(text, prefix, text.length());
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
    if (pad >= 0 && config.isEncoder()) {
      throw new IllegalArgumentException(
          "text " + i + " ends in a pad: expected none, as an encoder's texts need no padding");
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

  /** Whether all texts are read with the same rotary frequencies. */
  private static boolean alike(ModelConfig config, List<TokenSequence> texts) {
    long longer =
        texts.stream()
            .filter(t -> config.rotary().isLong(Math.max(t.length(), t.padPosition() + 1)))
            .count();
    return longer == 0 || longer == texts.size();
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
    private final TokenEmbedding embedding;
    private final Encoder encoder;
    private final FloatArea area;
    private final int d;
    private final int[] ids;
    private final int[] positions;
    private int pending;
    private long row;

    Writer(TokenEmbedding embedding, Encoder encoder, FloatArea area, int d, int batchTokens) {
      this.embedding = embedding;
      this.encoder = encoder;
      this.area = area;
      this.d = d;
      ids = new int[batchTokens];
      positions = new int[batchTokens];
    }

    void add(TokenSequence text, int from, int to) {
      int[] own = encoder == null ? null : encoder.positions(text.ids());
      for (int i = from; i < to; i++) {
        if (pending == ids.length) {
          flush();
        }
        boolean pad = text.padPosition() >= 0 && i == text.length() - 1;
        positions[pending] = own != null ? own[i] : pad ? text.padPosition() : i;
        ids[pending++] = text.ids()[i];
      }
    }

    void flush() {
      if (pending > 0) {
        float[] rows =
            embedding.rows(Arrays.copyOf(ids, pending), Arrays.copyOf(positions, pending));
        area.write(row * d, rows, 0, rows.length);
        row += pending;
        pending = 0;
      }
    }
  }
}
