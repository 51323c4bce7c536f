package org.lensdl4j.tests.reference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.model.graph.TransformerGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Placeholders of graphs for texts of several lengths. */
final class GraphInputs {
  private GraphInputs() {}

  /** The length of the longest text. */
  static int longest(List<int[]> texts) {
    return texts.stream().mapToInt(t -> t.length).max().orElseThrow();
  }

  /** Tokens and mask, padded on the left or on the right; a new map. */
  static Map<String, INDArray> padded(List<int[]> texts, boolean left) {
    int longest = longest(texts);
    int[][] ids = new int[texts.size()][longest];
    float[][] mask = new float[texts.size()][longest];
    for (int i = 0; i < ids.length; i++) {
      int n = texts.get(i).length;
      int from = left ? longest - n : 0;
      System.arraycopy(texts.get(i), 0, ids[i], from, n);
      Arrays.fill(mask[i], from, from + n, 1);
    }
    Map<String, INDArray> in = new HashMap<>();
    in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(ids));
    in.put(TransformerGraph.MASK, Nd4j.createFromArray(mask));
    return in;
  }

  /** Values as a FLOAT matrix. */
  static INDArray rows(double[] values, int rows) {
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(rows, values.length / rows);
  }
}
