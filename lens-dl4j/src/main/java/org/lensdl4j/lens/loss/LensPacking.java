package org.lensdl4j.lens.loss;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the texts of a {@link LensBatch} off packed states, {@code [rows, hidden]}, whose texts lie
 * one behind the other, as those of an {@link org.lensdl4j.model.graph.TransformerGraph} do. One
 * serves all layers whose states have the same rows.
 *
 * <pre>{@code
 * LensPacking packing = batch.packing("");
 * LensStates now = packing.states(sd.getVariable(graph.output()));
 * LensLoss.of(space, 30).attach(batch, now, before);
 * ...
 * PackedTexts texts = new PackedTexts(rows, lastRowOfEach, allRowsOfEach);
 * placeholders.putAll(batch.arrays(of));
 * placeholders.putAll(packing.arrays(of, texts));
 * }</pre>
 *
 * Its placeholders, {@code [pairs, rows]} or {@code [central texts, rows]}, are added when a loss
 * first reads them.
 */
public final class LensPacking {
  /** What losses read of a batch. */
  enum Part {
    CENTRAL,
    TARGET,
    CENTRAL_MEAN,
    TARGET_MEAN
  }

  private final LensBatch batch;
  private final String prefix;
  private final Map<Part, SDVariable> placeholders = new EnumMap<>(Part.class);

  LensPacking(LensBatch batch, String prefix) {
    this.batch = batch;
    this.prefix = prefix;
  }

  /**
   * Marks states as packed.
   *
   * @param packed {@code [rows, hidden]}
   */
  public LensStates states(SDVariable packed) {
    batch.pack(packed, this);
    return new LensStates(packed, packed);
  }

  SDVariable rows(Part part) {
    return placeholders.computeIfAbsent(
        part, p -> batch.place(prefix + p.name().toLowerCase(Locale.ROOT) + "_pick"));
  }

  /**
   * The rows that the losses read, in order: no others need be computed.
   *
   * @param rows which text is which language
   * @param texts where all of their tokens are
   */
  public int[] needed(LensRows rows, PackedTexts texts) {
    boolean[] needed = new boolean[texts.rows()];
    for (int[] of : texts.read()) {
      mark(needed, of);
    }
    if (placeholders.containsKey(Part.CENTRAL_MEAN)) {
      rows.centralRows().forEach(text -> mark(needed, texts.tokens()[text]));
    }
    if (placeholders.containsKey(Part.TARGET_MEAN)) {
      rows.pairs().forEach(pair -> mark(needed, texts.tokens()[pair.target()]));
    }
    return IntStream.range(0, needed.length).filter(r -> needed[r]).toArray();
  }

  private static void mark(boolean[] needed, int[] rows) {
    for (int row : rows) {
      needed[row] = true;
    }
  }

  /**
   * The arrays for the placeholders that losses read, by name; the caller's own.
   *
   * @param rows which text is which language
   * @param texts where they lie
   */
  public Map<String, INDArray> arrays(LensRows rows, PackedTexts texts) {
    batch.requireRows(rows);
    if (texts.texts() != rows.rows()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %d packed texts, expected %d, one for each row of the batch",
              texts.texts(),
              rows.rows()));
    }
    List<LensRows.Pair> pairs = rows.pairs();
    Map<String, INDArray> out = new LinkedHashMap<>();
    placeholders.forEach(
        (part, placeholder) ->
            out.put(
                placeholder.name(),
                switch (part) {
                  case CENTRAL -> pick(pairs.size(), i -> texts.readMean(pairs.get(i).central()));
                  case TARGET -> pick(pairs.size(), i -> texts.readMean(pairs.get(i).target()));
                  case CENTRAL_MEAN ->
                      pick(
                          rows.centralRows().size(),
                          i -> texts.tokenMean(rows.centralRows().get(i)));
                  case TARGET_MEAN ->
                      pick(pairs.size(), i -> texts.tokenMean(pairs.get(i).target()));
                }));
    return out;
  }

  private INDArray pick(int count, IntFunction<double[]> row) {
    double[][] out = new double[count][];
    for (int i = 0; i < count; i++) {
      out[i] = row.apply(i);
    }
    return batch.array(out);
  }
}
