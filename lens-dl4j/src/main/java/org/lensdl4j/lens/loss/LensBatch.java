package org.lensdl4j.lens.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.loss.LensPacking.Part;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The placeholders by which a graph learns which row of its batch is which language of which
 * prompt, and the arrays for them. One serves all losses and layers of a graph.
 *
 * <table>
 * <caption>Placeholders, each after the prefix</caption>
 * <tr><td>{@code central_rows}</td><td>{@code [pairs, batch]}</td><td>one 1 a row: the pair's central text</td></tr>
 * <tr><td>{@code target_rows}</td><td>{@code [pairs, batch]}</td><td>one 1 a row: the pair's target text</td></tr>
 * <tr><td>{@code pair_language}</td><td>{@code [pairs, targets]}</td><td>one 1 a row: the pair's language</td></tr>
 * <tr><td>{@code pair_weight}</td><td>{@code [pairs]}</td><td>1 / (pairs of that language)</td></tr>
 * <tr><td>{@code retain_rows}</td><td>{@code [central texts, batch]}</td><td>one 1 a row</td></tr>
 * </table>
 *
 * The number of pairs and of rows may differ from batch to batch. Rows are picked by products:
 * SameDiff 1.0.0-M2.1 cannot differentiate through {@code gather}. Each row is picked once, however
 * many losses read it. States whose texts lie packed one behind the other go through {@link
 * #packing}.
 */
public final class LensBatch {
  /** Prefix of the placeholders unless another is given. */
  public static final String PREFIX = "lens_";

  private final SameDiff sd;
  private final String central;
  private final List<String> targets;
  private final DataType type;
  private final SDVariable centralRows;
  private final SDVariable targetRows;
  private final SDVariable pairLanguage;
  private final SDVariable pairWeight;
  private final SDVariable retainRows;
  private final Map<SDVariable, LensPacking> packings = new IdentityHashMap<>();
  private final Map<SDVariable, Map<SDVariable, SDVariable>> picked = new IdentityHashMap<>();

  private LensBatch(
      SameDiff sd, String prefix, DataType type, String central, List<String> targets) {
    if (targets.isEmpty() || targets.contains(central)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "targets: found %s with the central language %s, expected other languages",
              targets,
              central));
    }
    if (sd.hasVariable(prefix + "central_rows")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the graph has a LensBatch with the prefix '%s': use it for all losses, or give another prefix",
              prefix));
    }
    this.sd = sd;
    this.central = central;
    this.targets = List.copyOf(targets);
    this.type = type;
    centralRows = sd.placeHolder(prefix + "central_rows", type, -1, -1);
    targetRows = sd.placeHolder(prefix + "target_rows", type, -1, -1);
    pairLanguage = sd.placeHolder(prefix + "pair_language", type, -1, targets.size());
    pairWeight = sd.placeHolder(prefix + "pair_weight", type, -1);
    retainRows = sd.placeHolder(prefix + "retain_rows", type, -1, -1);
  }

  /** Adds the placeholders to a graph of FLOAT states. */
  public static LensBatch in(SameDiff sd, String central, List<String> targets) {
    return in(sd, PREFIX, DataType.FLOAT, central, targets);
  }

  /**
   * Adds the placeholders to a graph.
   *
   * @param prefix of their names, which must be new in the graph
   * @param type of the states that they pick
   */
  public static LensBatch in(
      SameDiff sd, String prefix, DataType type, String central, List<String> targets) {
    return new LensBatch(sd, prefix, type, central, targets);
  }

  /**
   * Further placeholders that read this batch's texts off packed states.
   *
   * @param prefix of their names: {@code central_pick}, {@code target_pick} and others
   */
  public LensPacking packing(String prefix) {
    return new LensPacking(this, prefix);
  }

  /** The graph. */
  public SameDiff sameDiff() {
    return sd;
  }

  /** The language that the others are compared with. */
  public String central() {
    return central;
  }

  /** The other languages. */
  public List<String> targets() {
    return targets;
  }

  /** Names of the placeholders, in the order of {@link #dataSet}. */
  public List<String> names() {
    return List.of(
        centralRows.name(),
        targetRows.name(),
        pairLanguage.name(),
        pairWeight.name(),
        retainRows.name());
  }

  /**
   * The feature mapping of a {@link org.nd4j.autodiff.samediff.TrainingConfig}: placeholders of
   * one's own, then these.
   */
  public String[] features(String... own) {
    List<String> all = new ArrayList<>(List.of(own));
    all.addAll(names());
    return all.toArray(String[]::new);
  }

  /** The rows of a batch that lies prompt by prompt: the central text, then the targets. */
  public LensRows cycle(int prompts) {
    return LensRows.cycle(central, targets, prompts);
  }

  /** The rows of a batch in any order: see {@link LensRows#of}. */
  public LensRows rows(List<String> languageOfRow, int... promptOfRow) {
    return LensRows.of(central, targets, languageOfRow, promptOfRow);
  }

  /** The arrays for the placeholders, by name; the caller's own. */
  public Map<String, INDArray> arrays(LensRows rows) {
    requireRows(rows);
    int pairs = rows.pairs().size();
    float[][] fromCentral = new float[pairs][rows.rows()];
    float[][] fromTarget = new float[pairs][rows.rows()];
    float[][] language = new float[pairs][targets.size()];
    for (int i = 0; i < pairs; i++) {
      LensRows.Pair pair = rows.pairs().get(i);
      fromCentral[i][pair.central()] = 1;
      fromTarget[i][pair.target()] = 1;
      language[i][pair.language()] = 1;
    }
    float[][] retained = new float[rows.centralRows().size()][rows.rows()];
    for (int i = 0; i < retained.length; i++) {
      retained[i][rows.centralRows().get(i)] = 1;
    }
    Map<String, INDArray> out = new LinkedHashMap<>();
    out.put(centralRows.name(), array(fromCentral));
    out.put(targetRows.name(), array(fromTarget));
    out.put(pairLanguage.name(), array(language));
    out.put(pairWeight.name(), weights(rows));
    out.put(retainRows.name(), array(retained));
    return out;
  }

  void requireRows(LensRows rows) {
    if (!rows.targets().equals(targets) || !rows.central().equals(central)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "rows are of %s with the central language %s, expected the targets %s with %s",
              rows.targets(),
              rows.central(),
              targets,
              central));
    }
  }

  private INDArray array(float[][] values) {
    return cast(Nd4j.createFromArray(values));
  }

  /** Rounded once to the type of the states. */
  INDArray array(double[][] values) {
    if (type == DataType.DOUBLE) {
      return Nd4j.createFromArray(values);
    }
    float[][] single = new float[values.length][];
    for (int i = 0; i < single.length; i++) {
      single[i] = new float[values[i].length];
      for (int k = 0; k < single[i].length; k++) {
        single[i][k] = (float) values[i][k];
      }
    }
    return array(single);
  }

  private INDArray weights(LensRows rows) {
    float[] single = rows.pairWeights();
    if (type != DataType.DOUBLE) {
      return cast(Nd4j.createFromArray(single));
    }
    double[] exact = new double[single.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = 1.0 / Math.round(1 / single[i]);
    }
    return Nd4j.createFromArray(exact);
  }

  private INDArray cast(INDArray floats) {
    if (type == DataType.FLOAT) {
      return floats;
    }
    try (floats) {
      return floats.castTo(type);
    }
  }

  /**
   * A batch for {@code sd.fit}, in the order of {@link #features}.
   *
   * @param own arrays of the caller's placeholders
   */
  public MultiDataSet dataSet(LensRows rows, INDArray... own) {
    return dataSet(rows, own, new INDArray[0]);
  }

  /**
   * A batch for {@code sd.fit} with labels for losses of the caller's own.
   *
   * @throws IllegalArgumentException if no array of the caller's has as many rows as the batch
   */
  public MultiDataSet dataSet(LensRows rows, INDArray[] own, INDArray[] labels) {
    requireTexts(rows, own);
    List<INDArray> all = new ArrayList<>(List.of(own));
    all.addAll(arrays(rows).values());
    return new MultiDataSet(all.toArray(INDArray[]::new), labels);
  }

  /** Scalars, such as weights, are no texts. */
  private static void requireTexts(LensRows rows, INDArray[] own) {
    List<INDArray> arrays = Arrays.stream(own).filter(a -> a.length() > 1).toList();
    if (!arrays.isEmpty() && arrays.stream().noneMatch(a -> a.size(0) == rows.rows())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found arrays of shapes %s, expected one of %d texts, which the rows describe",
              arrays.stream().map(a -> Arrays.toString(a.shape())).toList(),
              rows.rows()));
    }
  }

  DataType type() {
    return type;
  }

  void pack(SDVariable states, LensPacking packing) {
    packings.put(states, packing);
  }

  SDVariable place(String name) {
    return sd.placeHolder(name, type, -1, -1);
  }

  SDVariable central(LensStates states) {
    return pick(Part.CENTRAL, centralRows, states.last());
  }

  SDVariable target(LensStates states) {
    return pick(Part.TARGET, targetRows, states.last());
  }

  SDVariable centralMean(LensStates states) {
    return pick(Part.CENTRAL_MEAN, retainRows, states.mean());
  }

  SDVariable targetMean(LensStates states) {
    return pick(Part.TARGET_MEAN, targetRows, states.mean());
  }

  private SDVariable pick(Part part, SDVariable unpacked, SDVariable states) {
    LensPacking packing = packings.get(states);
    SDVariable rows = packing == null ? unpacked : packing.rows(part);
    return picked
        .computeIfAbsent(rows, r -> new IdentityHashMap<>())
        .computeIfAbsent(states, s -> sd.mmul(rows, s));
  }

  SDVariable pairLanguage() {
    return pairLanguage;
  }

  SDVariable pairWeight() {
    return pairWeight;
  }
}
