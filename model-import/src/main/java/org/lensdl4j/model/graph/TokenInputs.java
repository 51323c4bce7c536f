package org.lensdl4j.model.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Token ids as the inputs that exported transformers usually have: {@code input_ids}, {@code
 * attention_mask}, {@code token_type_ids} (all 0) and {@code position_ids} (from 0), each {@code
 * [texts, longest]}, with padding on the right.
 */
public final class TokenInputs {
  private interface Value {
    long at(int[] tokens, int place);
  }

  private TokenInputs() {}

  /**
   * Arrays for the inputs of a graph.
   *
   * @param texts their tokens, special ones included; none empty
   * @param padding the id that fills short rows; masked
   * @return by input name; the caller closes them
   * @throws IllegalArgumentException if the graph has an input that is none of the four
   */
  public static Map<String, INDArray> of(TappedGraph graph, List<int[]> texts, int padding) {
    int longest = texts.stream().mapToInt(t -> t.length).max().orElse(0);
    if (texts.stream().anyMatch(t -> t.length == 0) || texts.isEmpty()) {
      throw new IllegalArgumentException("found a text of no tokens, expected at least one each");
    }
    Map<String, INDArray> out = new LinkedHashMap<>();
    for (String input : graph.inputs()) {
      Value value = value(input, padding);
      long[][] rows = new long[texts.size()][longest];
      for (int r = 0; r < rows.length; r++) {
        for (int c = 0; c < longest; c++) {
          rows[r][c] = value.at(texts.get(r), c);
        }
      }
      try (INDArray longs = Nd4j.createFromArray(rows)) {
        out.put(input, longs.castTo(graph.graph().getVariable(input).dataType()).dup('c'));
      }
    }
    return out;
  }

  private static Value value(String input, int padding) {
    return switch (input) {
      case "input_ids" -> (t, i) -> i < t.length ? t[i] : padding;
      case "attention_mask" -> (t, i) -> i < t.length ? 1 : 0;
      case "token_type_ids" -> (t, i) -> 0;
      case "position_ids" -> (t, i) -> Math.min(i, t.length - 1);
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "found input '%s', expected input_ids, attention_mask, token_type_ids or position_ids",
                  input));
    };
  }
}
