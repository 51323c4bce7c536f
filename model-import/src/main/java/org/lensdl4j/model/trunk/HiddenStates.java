package org.lensdl4j.model.trunk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The hidden states of many texts at one layer, in one flat area outside the Java heap.
 *
 * <p>The tokens that all texts begin with are held once; {@link #length} counts them for each text.
 * States are float32. States that a {@link Trunk} made can be advanced; states opened from a file
 * are read-only until copied.
 */
public final class HiddenStates implements AutoCloseable {
  final int hiddenSize;
  final int prefixLength;
  // Row of each text's first own token; the last entry is the number of rows.
  final long[] starts;
  final int[] padPositions;
  final FloatArea area;
  int layer;
  boolean lastOnly;
  // A pass wrote part of the next layer's states and did not finish.
  boolean damaged;
  // Position of each text's first state that answers.
  private int[] answers;
  private double[] prefixSum;
  private int prefixSumLayer = -1;

  HiddenStates(
      int hiddenSize, int prefixLength, long[] starts, int[] padPositions, FloatArea area) {
    this.hiddenSize = hiddenSize;
    this.prefixLength = prefixLength;
    this.starts = starts;
    this.padPositions = padPositions;
    this.area = area;
  }

  /** Number of texts. */
  public int texts() {
    return padPositions.length;
  }

  /** The layer that these states come from: 0 for embeddings, K for the final norm's output. */
  public int layer() {
    return layer;
  }

  /** Whether only each text's last token is there, after a pass with {@link Outputs#LAST_TOKEN}. */
  public boolean lastOnly() {
    return lastOnly;
  }

  /** Number of tokens that all texts share and that are held once. */
  public int prefixLength() {
    return prefixLength;
  }

  /** Number of tokens of a text, the shared ones included. */
  public int length(int text) {
    return prefixLength + ownLength(text);
  }

  /** d, the number of floats in a state. */
  public int hiddenSize() {
    return hiddenSize;
  }

  /** All states are now those of a further layer. */
  void advanced(int toLayer, boolean onlyLast) {
    layer = toLayer;
    lastOnly = onlyLast;
    damaged = false;
  }

  /**
   * Says where texts begin to answer, for a {@link StateEdit}: at the prompt's last token, whose
   * state the answer's first token is chosen from. Without this, at each text's last token.
   *
   * @param positions of those tokens in each text, from 0
   * @throws IllegalArgumentException if a position is not in its text
   */
  public void answersFrom(int[] positions) {
    if (positions.length != texts()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "found where %d texts answer, expected %d", positions.length, texts()));
    }
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] < 0 || positions[i] >= length(i)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "text %d answers from position %d, expected 0 to %d",
                i,
                positions[i],
                length(i) - 1));
      }
    }
    answers = positions.clone();
  }

  /** Position from which the states of a text answer; of -1, the tokens that all texts share. */
  int answers(int text) {
    if (text >= 0) {
      return answers == null ? length(text) - 1 : answers[text];
    }
    int first = Math.min(prefixLength, answers(0));
    for (int i = 1; i < texts(); i++) {
      if (Math.min(prefixLength, answers(i)) != first) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "texts 0 and %d answer from different positions among the %d tokens that they share: separate() them",
                i,
                prefixLength));
      }
    }
    return first;
  }

  int ownLength(int text) {
    return (int) (starts[text + 1] - starts[text]);
  }

  /** Copies the state of a text's last token into {@code into}, at least d long. */
  public void last(int text, float[] into) {
    requireWhole();
    area.read((starts[text + 1] - 1) * hiddenSize, into, 0, hiddenSize);
  }

  /** Copies the state of one token; position 0 is the text's first token. */
  public void token(int text, int position, float[] into) {
    if (position < 0 || position >= length(text)) {
      throw new IndexOutOfBoundsException(
          "token " + position + " of a text of " + length(text) + " tokens");
    }
    if (position == length(text) - 1) {
      requireWhole();
    } else {
      requireAll();
    }
    long row = position < prefixLength ? position : starts[text] + position - (long) prefixLength;
    area.read(row * hiddenSize, into, 0, hiddenSize);
  }

  /** Writes the mean over all of a text's tokens, the shared ones included, into {@code into}. */
  public void mean(int text, float[] into) {
    requireAll();
    double[] sum = prefixSum().clone();
    addRows(starts[text], ownLength(text), sum);
    for (int i = 0; i < hiddenSize; i++) {
      into[i] = (float) (sum[i] / length(text));
    }
  }

  /** The mean over all but the first of a text's tokens, of which there are several. */
  void meanAfterFirst(int text, float[] into) {
    requireAll();
    double[] sum = prefixSum().clone();
    addRows(starts[text], ownLength(text), sum);
    float[] first = new float[hiddenSize];
    token(text, 0, first);
    for (int i = 0; i < hiddenSize; i++) {
      into[i] = (float) ((sum[i] - first[i]) / (length(text) - 1));
    }
  }

  /** The states of a text's own tokens, {@code [length - prefixLength, d]}; the caller closes. */
  public INDArray rows(int text) {
    requireAll();
    return copyRows(starts[text], ownLength(text));
  }

  /**
   * The states of the shared tokens, {@code [prefixLength, d]}; the caller closes.
   *
   * @throws IllegalStateException if there are none
   */
  public INDArray prefixRows() {
    requireAll();
    if (prefixLength == 0) {
      throw new IllegalStateException("the texts share no tokens: prefixLength() is 0");
    }
    return copyRows(0, prefixLength);
  }

  private INDArray copyRows(long row, int count) {
    float[] data = new float[Math.multiplyExact(count, hiddenSize)];
    area.read(row * hiddenSize, data, 0, data.length);
    return Nd4j.createFromArray(data).reshape(count, hiddenSize);
  }

  private synchronized double[] prefixSum() {
    if (prefixSumLayer != layer) {
      prefixSum = new double[hiddenSize];
      addRows(0, prefixLength, prefixSum);
      prefixSumLayer = layer;
    }
    return prefixSum;
  }

  private void addRows(long row, int count, double[] sum) {
    float[] buffer = new float[hiddenSize];
    for (int r = 0; r < count; r++) {
      area.read((row + r) * hiddenSize, buffer, 0, hiddenSize);
      for (int i = 0; i < hiddenSize; i++) {
        sum[i] += buffer[i];
      }
    }
  }

  private void requireAll() {
    if (lastOnly) {
      throw new IllegalStateException(
          "only the last token of each text is there: the pass ran with Outputs.LAST_TOKEN");
    }
    requireWhole();
  }

  private void requireWhole() {
    if (damaged) {
      throw new IllegalStateException(
          "a pass over these states failed on the way to layer " + (layer + 1));
    }
  }

  /** Copies into memory or a temporary file that can be advanced. */
  public HiddenStates copy() {
    requireWhole();
    FloatArea target = FloatArea.allocate(area.length());
    float[] buffer = new float[1 << 16];
    for (long at = 0; at < area.length(); at += buffer.length) {
      int n = (int) Math.min(buffer.length, area.length() - at);
      area.read(at, buffer, 0, n);
      target.write(at, buffer, 0, n);
    }
    HiddenStates copy =
        new HiddenStates(
            hiddenSize,
            prefixLength,
            starts.clone(),
            Arrays.copyOf(padPositions, padPositions.length),
            target);
    return at(copy);
  }

  private HiddenStates at(HiddenStates copy) {
    copy.layer = layer;
    copy.lastOnly = lastOnly;
    copy.answers = answers;
    return copy;
  }

  /** The same, with each text's states of the shared tokens its own. */
  public HiddenStates separate() {
    requireAll();
    long[] own = new long[texts() + 1];
    for (int i = 0; i < texts(); i++) {
      own[i + 1] = own[i] + length(i);
    }
    FloatArea target = FloatArea.allocate(Math.multiplyExact(own[texts()], hiddenSize));
    float[] row = new float[hiddenSize];
    for (int i = 0; i < texts(); i++) {
      for (int position = 0; position < length(i); position++) {
        token(i, position, row);
        target.write((own[i] + position) * hiddenSize, row, 0, hiddenSize);
      }
    }
    return at(new HiddenStates(hiddenSize, 0, own, padPositions.clone(), target));
  }

  /**
   * Writes the states to a file, through a temporary file beside it that replaces it when complete.
   */
  public void save(Path file) throws IOException {
    requireWhole();
    StatesFile.write(this, file);
  }

  /**
   * Opens saved states for reading; they stay in the file.
   *
   * @throws org.lensdl4j.model.base.ModelFormatException if the file is not one of states, or is
   *     truncated
   */
  public static HiddenStates open(Path file) throws IOException {
    return StatesFile.open(file);
  }

  @Override
  public void close() {
    area.close();
  }
}
