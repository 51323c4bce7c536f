package org.lensdl4j.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class TokenInputsTest {
  private static final List<int[]> TEXTS = List.of(new int[] {7, 8, 9}, new int[] {5});

  private static TappedGraph graph(DataType type, String... inputs) {
    SameDiff sd = SameDiff.create();
    SDVariable sum = sd.constant(0f);
    for (String input : inputs) {
      sum = sum.add(sd.placeHolder(input, type, -1, -1).castTo(DataType.FLOAT));
    }
    sum.rename("sum");
    return TappedGraph.of(sd, List.of(inputs), "sum");
  }

  @Test
  void eachInputHasItsValuesInTheTypeOfTheGraph() {
    for (DataType type : new DataType[] {DataType.LONG, DataType.INT}) {
      try (TappedGraph graph =
          graph(type, "input_ids", "attention_mask", "token_type_ids", "position_ids")) {
        Map<String, INDArray> found = TokenInputs.of(graph, TEXTS, 3);
        assertThat(found.values()).allMatch(a -> a.dataType() == type);
        assertThat(found.get("input_ids").toIntMatrix())
            .isDeepEqualTo(new int[][] {{7, 8, 9}, {5, 3, 3}});
        assertThat(found.get("attention_mask").toIntMatrix())
            .isDeepEqualTo(new int[][] {{1, 1, 1}, {1, 0, 0}});
        assertThat(found.get("token_type_ids").toIntMatrix())
            .isDeepEqualTo(new int[][] {{0, 0, 0}, {0, 0, 0}});
        assertThat(found.get("position_ids").toIntMatrix())
            .isDeepEqualTo(new int[][] {{0, 1, 2}, {0, 0, 0}});
        assertThat(graph.states(found)).containsOnlyKeys("sum");
        found.values().forEach(INDArray::close);
      }
    }
  }

  @Test
  void refusesTextsWithoutTokensAndInputsThatItDoesNotKnow() {
    try (TappedGraph graph = graph(DataType.LONG, "input_ids", "bbox")) {
      assertThatThrownBy(() -> TokenInputs.of(graph, List.of(new int[0]), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found a text of no tokens");
      assertThatThrownBy(() -> TokenInputs.of(graph, TEXTS, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found input 'bbox'");
    }
  }
}
