package org.lensdl4j.model.graph;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Positions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Groups of neighbouring texts of a {@link RowBatch}, as the placeholders of {@link Block}s. */
final class RowBlocks {
  private final RowBatch batch;
  private final int count;

  RowBlocks(RowBatch batch, int count) {
    this.batch = batch;
    this.count = count;
  }

  /** Biases by distance are made for all rows at once. */
  static boolean possible(ModelConfig config) {
    boolean relative = config.isEncoder() && config.structure().encoder().relative();
    return !relative && config.structure().positions() != Positions.ALIBI;
  }

  /**
   * Adds one set of masks, and the ranges of its rows.
   *
   * @param chosen rows that ask, in ascending order
   * @param prefix of the masks
   */
  void placeholders(
      ModelConfig config, int[] chosen, int window, Map<String, INDArray> out, String prefix) {
    for (int i = 1; i < chosen.length; i++) {
      if (chosen[i] <= chosen[i - 1]) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "row %d is chosen after row %d, expected ascending rows where texts attend in blocks",
                chosen[i],
                chosen[i - 1]));
      }
    }
    boolean local = prefix.endsWith(TransformerGraph.LOCAL);
    String rows =
        local ? prefix.substring(0, prefix.length() - TransformerGraph.LOCAL.length()) : prefix;
    int d = config.headDim();
    for (int b = 0; b < count; b++) {
      int from = b == 0 ? 0 : batch.firstRow(firstText(b));
      int to = b == count - 1 ? batch.rows() : batch.firstRow(firstText(b + 1));
      int begin = place(chosen, from);
      int end = place(chosen, to);
      int[] own = Arrays.copyOfRange(chosen, begin, end);
      INDArray mask = batch.mask(config, own, window, from, to);
      out.put(Block.name(prefix, b) + "_" + TransformerGraph.MASK, mask);
      if (!local) {
        put(out, Block.name(rows, b) + Block.ASKING, begin, own.length, config.heads(), d);
      }
      if (prefix.isEmpty()) {
        String keys = Block.name("", b) + Block.ANSWERING;
        put(out, keys, from, to - from, config.keyValueHeads(), d);
      }
    }
    if (prefix.isEmpty() && batch.shared() > 0) {
      put(out, Block.SHARED, 0, batch.shared(), config.keyValueHeads(), d);
    }
  }

  private int firstText(int block) {
    return (int) ((long) block * batch.texts() / count);
  }

  private static int place(int[] chosen, int row) {
    int at = Arrays.binarySearch(chosen, row);
    return at < 0 ? -at - 1 : at;
  }

  private static void put(
      Map<String, INDArray> out, String name, int begin, int size, int heads, int headDim) {
    out.put(name + Block.BEGIN, Nd4j.createFromArray(begin, 0, 0));
    out.put(name + Block.SIZE, Nd4j.createFromArray(size, heads, headDim));
  }
}
