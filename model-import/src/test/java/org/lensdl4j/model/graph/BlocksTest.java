package org.lensdl4j.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Texts that attend in groups yield the states and gradients of texts that attend together. */
class BlocksTest {
  static final List<TinyModel> VARIANTS = List.of(TinyModels.GROUPED, TinyModels.WINDOW);

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void groupsEqualTheWhole(TinyModel variant) {
    try (TransformerModel model = TransformerModel.open(TinyModels.write(variant, folder))) {
      for (int shared : model.config().isEncoder() ? new int[] {0} : new int[] {0, 2}) {
        RowBatch batch = new RowBatch(shared, 3, 12, 1, 5, 2);
        int last = batch.rows() - 1;
        int[] chosen = {batch.lastRow(0), batch.lastRow(1), batch.lastRow(2), last - 4, last};
        INDArray hidden = Nd4j.randn(batch.rows(), model.config().hiddenSize());
        INDArray aim = Nd4j.randn(chosen.length, model.config().hiddenSize());
        Map<String, INDArray> whole = gradients(model, batch, chosen, 1, hidden, aim);
        for (int blocks : new int[] {2, 5}) {
          Map<String, INDArray> found = gradients(model, batch, chosen, blocks, hidden, aim);
          assertThat(found.keySet()).isEqualTo(whole.keySet());
          found.forEach(
              (name, value) -> {
                double scale = Math.max(1e-3, whole.get(name).norm2Number().doubleValue());
                assertThat(value.distance2(whole.get(name)) / scale)
                    .as("%s, %d shared, %d blocks", name, shared, blocks)
                    .isLessThan(2e-5);
              });
        }
      }
    }
  }

  private static Map<String, INDArray> gradients(
      TransformerModel model,
      RowBatch batch,
      int[] chosen,
      int blocks,
      INDArray hidden,
      INDArray aim) {
    try (TransformerGraph graph =
            TransformerGraph.builder(model.config(), model.weights())
                .topLayers(2)
                .trainable(model.config().names()::inLayer)
                .chooseRows()
                .blocks(blocks, batch.shared() > 0)
                .build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      SameDiff sd = graph.sameDiff();
      sd.math.square(sd.getVariable(graph.output()).sub(sd.constant("aim", aim))).sum("loss", 0, 1);
      sd.setLossVariables("loss");
      Map<String, INDArray> in = batch.inBlocks(blocks).placeholders(model.config(), chosen);
      in.put(TransformerGraph.HIDDEN, hidden);
      Map<String, INDArray> out = new HashMap<>();
      runner
          .gradients(in, List.of("loss", graph.output()), graph.trainable())
          .forEach((name, value) -> out.put(name, value.dup()));
      return out;
    }
  }

  @Test
  void whatCannotBeGroupedIsRefused() {
    assertThatThrownBy(() -> new RowBatch(1, 2, 3).inBlocks(3))
        .hasMessageContaining("3 blocks of 2 texts");
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      RowBatch batch = new RowBatch(0, 2, 3).inBlocks(2);
      assertThatThrownBy(() -> batch.placeholders(model.config(), new int[] {4, 0}))
          .hasMessageContaining("ascending");
    }
  }
}
