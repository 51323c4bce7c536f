package org.lensdl4j.lens.space;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/**
 * All that probing needs to know of the texts: per language and layer the number of states, their
 * sum and the sum of their squares. Grows by {@link #add}; partial results, of batches or of
 * machines, become one by {@link #merge} in any order and grouping: sums are kept with twice the
 * digits of a double, so that the order does not show in {@link #mean} (see {@link #equals}).
 *
 * <p>Takes 32 L K d bytes: 4 MB for 7 languages of a 30-layer model with d = 576, 73 MB for 80
 * layers with d = 4096. Not safe for several threads.
 */
public final class LanguageStatistics {
  /**
   * A deviation below this part of a coordinate's root mean square is what 32-bit floats round, and
   * is raised to it.
   */
  private static final double LEAST_DEVIATION = 1e-6;

  private final List<String> languages;
  private final int layers;
  private final int hiddenSize;
  private final long[][] counts; // [L][K]
  private final StateSums[] sums; // [L], of K * d each
  private final StateSums[] squares; // [L], of K * d each

  /**
   * Empty statistics.
   *
   * @param layers K; layers are numbered from 1
   * @param hiddenSize d
   */
  public LanguageStatistics(List<String> languages, int layers, int hiddenSize) {
    if (languages.isEmpty() || layers < 1 || hiddenSize < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found languages %s, %d layers, hidden size %d, expected at least one of each",
              languages,
              layers,
              hiddenSize));
    }
    this.languages = List.copyOf(languages);
    this.layers = layers;
    this.hiddenSize = hiddenSize;
    this.counts = new long[languages.size()][layers];
    this.sums = new StateSums[languages.size()];
    this.squares = new StateSums[languages.size()];
    int size = Math.multiplyExact(layers, hiddenSize);
    for (int l = 0; l < sums.length; l++) {
      sums[l] = new StateSums(size);
      squares[l] = new StateSums(size);
    }
  }

  /**
   * Reads what {@link #save} wrote. The file need not be trusted: sizes, types and numbers are
   * checked.
   *
   * @throws LensException or {@link org.lensdl4j.model.base.ModelFormatException} naming the file
   *     and what is wrong with it
   */
  public static LanguageStatistics load(Path file) {
    return StatisticsForm.load(file);
  }

  /**
   * Writes the statistics: safetensors with {@code count} [L, K] and {@code sum}, {@code sum_rest},
   * {@code square}, {@code square_rest} [L, K, d], all F64, and a JSON manifest in its metadata. A
   * sum is {@code sum + sum_rest}. The file appears whole or not at all.
   */
  public void save(Path file) {
    StatisticsForm.save(this, file);
  }

  /**
   * Reads what {@link #toBytes} returned.
   *
   * @throws LensException if they are not such bytes, whole and with finite numbers
   */
  public static LanguageStatistics fromBytes(byte[] bytes) {
    return StatisticsBytes.read(bytes);
  }

  /** The same content as one array, for machines that exchange partial results. */
  public byte[] toBytes() {
    return StatisticsBytes.write(this);
  }

  /**
   * Adds the state of one text.
   *
   * @param layer 1..K
   * @param state {@code [d]}
   * @throws LensException if the state holds NaN or infinity
   */
  public void add(String language, int layer, float[] state) {
    int l = index(language);
    int at = offset(layer);
    if (state.length != hiddenSize) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "state has %d values, expected %d", state.length, hiddenSize));
    }
    for (float x : state) {
      if (!Float.isFinite(x)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "language %s, layer %d, text %d: found %s in the hidden state, expected finite numbers",
                language,
                layer,
                counts[l][layer - 1],
                x));
      }
    }
    for (int i = 0; i < hiddenSize; i++) {
      double x = state[i];
      sums[l].add(at + i, x);
      squares[l].add(at + i, x * x);
    }
    counts[l][layer - 1]++;
  }

  /**
   * Adds what another part has gathered, which is unchanged.
   *
   * @param other of all of these languages or of some
   * @return this
   * @throws LensException if it has other languages, layers or another hidden size
   */
  public LanguageStatistics merge(LanguageStatistics other) {
    if (!languages.containsAll(other.languages)
        || layers != other.layers
        || hiddenSize != other.hiddenSize) {
      throw new LensException(
          String.format(
              Locale.ROOT, "statistics do not fit together: found %s, expected %s", other, this));
    }
    for (int from = 0; from < other.sums.length; from++) {
      int l = index(other.languages.get(from));
      for (int k = 0; k < layers; k++) {
        counts[l][k] += other.counts[from][k];
      }
      sums[l].add(other.sums[from]);
      squares[l].add(other.squares[from]);
    }
    return this;
  }

  /** The languages in the order of all results. */
  public List<String> languages() {
    return languages;
  }

  /** K. */
  public int layers() {
    return layers;
  }

  /** d. */
  public int hiddenSize() {
    return hiddenSize;
  }

  /**
   * Texts of one language.
   *
   * @throws LensException if not every layer has seen as many
   */
  public long count(String language) {
    long[] perLayer = counts[index(language)];
    for (int k = 1; k < layers; k++) {
      if (perLayer[k] != perLayer[0]) {
        throw new LensException(
            String.format(
                    Locale.ROOT,
                    "language %s: found states of %d texts at layer %d but of %d at layer 1, expected as many",
                    language,
                    perLayer[k],
                    k + 1,
                    perLayer[0])
                + " at every layer");
      }
    }
    return perLayer[0];
  }

  /**
   * The mean state of one language.
   *
   * @return {@code [d]}, the caller's own
   */
  public double[] mean(int layer, String language) {
    count(language);
    return meanSoFar(layer, language);
  }

  /** The same of one layer alone, when later ones have not been read. */
  double[] meanSoFar(int layer, String language) {
    long n = counts[index(language)][offset(layer) / hiddenSize];
    if (n == 0) {
      throw new LensException(
          String.format(Locale.ROOT, "language %s: found no texts, expected some", language));
    }
    double[] out = new double[hiddenSize];
    int at = offset(layer);
    StateSums sum = sums[index(language)];
    for (int i = 0; i < hiddenSize; i++) {
      out[i] = sum.value(at + i) / n;
    }
    return out;
  }

  /**
   * How much each coordinate differs between texts of one language: the root of the mean over
   * languages of the variance around the language's own mean. At least a millionth of the
   * coordinate's root mean square; 1 for a coordinate that is 0 in every text.
   *
   * @return {@code [d]}, positive, the caller's own
   */
  public double[] deviation(int layer) {
    double[] variance = new double[hiddenSize];
    double[] power = new double[hiddenSize];
    int at = offset(layer);
    for (int l = 0; l < languages.size(); l++) {
      double[] mean = meanSoFar(layer, languages.get(l));
      double n = counts[l][layer - 1];
      for (int i = 0; i < hiddenSize; i++) {
        double square = squares[l].value(at + i) / n;
        power[i] += square / languages.size();
        variance[i] += Math.max(0, square - mean[i] * mean[i]) / languages.size();
      }
    }
    double[] out = new double[hiddenSize];
    for (int i = 0; i < hiddenSize; i++) {
      double least = LEAST_DEVIATION * Math.sqrt(power[i]);
      out[i] = power[i] == 0 ? 1 : Math.max(least, Math.sqrt(variance[i]));
    }
    return out;
  }

  long[][] counts() {
    return counts;
  }

  StateSums[] sums() {
    return sums;
  }

  StateSums[] squares() {
    return squares;
  }

  private int index(String language) {
    int l = languages.indexOf(language);
    if (l < 0) {
      throw new LensException(
          String.format(Locale.ROOT, "found language %s, expected one of %s", language, languages));
    }
    return l;
  }

  private int offset(int layer) {
    if (layer < 1 || layer > layers) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "layer %d is not in 1..%d", layer, layers));
    }
    return (layer - 1) * hiddenSize;
  }

  /** Equal if languages, sizes, counts and every sum as a double are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LanguageStatistics s
        && languages.equals(s.languages)
        && layers == s.layers
        && hiddenSize == s.hiddenSize
        && Arrays.deepEquals(counts, s.counts)
        && same(sums, s.sums)
        && same(squares, s.squares);
  }

  private static boolean same(StateSums[] a, StateSums[] b) {
    for (int l = 0; l < a.length; l++) {
      for (int i = 0; i < a[l].size(); i++) {
        if (a[l].value(i) != b[l].value(i)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(counts);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "statistics of %s over %d layers of size %d", languages, layers, hiddenSize);
  }
}
