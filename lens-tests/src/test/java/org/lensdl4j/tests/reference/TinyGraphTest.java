package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The SameDiff graph against transformers, in all variants of the architecture. */
class TinyGraphTest {
  /** Four layers of additions in another order: measured 1e-6, allowed ten times that. */
  private static final double TOLERANCE = 1e-5;

  static final List<TinyModel> VARIANTS = TinyModels.ALL;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void everyTapAndTheLogits(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder);
        TransformerGraph graph =
            TransformerGraph.builder(r.model.config(), r.model.weights()).tokens().head().build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      int[] ids = r.single().ids();
      Map<String, INDArray> in = new RowBatch(0, ids.length).placeholders(r.model.config());
      in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(ids));
      List<String> names = new ArrayList<>(List.of(graph.output(), TransformerGraph.LOGITS));
      for (int layer = 1; layer < r.layers(); layer++) {
        names.add(TransformerGraph.tap(layer));
      }
      Map<String, INDArray> out = runner.run(in, names);
      for (int layer = 1; layer <= r.layers(); layer++) {
        String name = layer == r.layers() ? graph.output() : TransformerGraph.tap(layer);
        assertNear(name, out.get(name), r.stored.part("hidden", layer), TOLERANCE);
      }
      assertNear("logits", out.get(TransformerGraph.LOGITS), r.stored.values("logits"), TOLERANCE);
      in.values().forEach(INDArray::close);
    }
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void trunkBelowAndGraphOnTopAreTheWholeModel(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder);
        Trunk trunk = Trunk.builder(r.model.config(), r.model.weights()).build();
        HiddenStates states = trunk.embed(r.texts(TinyReference.BATCH));
        TransformerGraph graph =
            TransformerGraph.builder(r.model.config(), r.model.weights())
                .topLayers(2)
                .chooseRows()
                .build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      trunk.advance(states, r.layers() - 2, Outputs.ALL_TOKENS, null);
      assertThat(states.prefixLength()).isZero();
      int[] lengths = new int[states.texts()];
      INDArray[] rows = new INDArray[lengths.length];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = states.length(i);
        rows[i] = states.rows(i);
      }
      RowBatch batch = new RowBatch(0, lengths);
      int[] last = new int[lengths.length];
      for (int i = 0; i < last.length; i++) {
        last[i] = batch.lastRow(i);
      }
      Map<String, INDArray> in = new HashMap<>(batch.placeholders(r.model.config(), last));
      in.put(TransformerGraph.HIDDEN, Nd4j.concat(0, rows));
      INDArray out = runner.run(in, List.of(graph.output())).get(graph.output());
      assertNear("last tokens", out, r.stored.part("batch.last", r.layers() - 1), TOLERANCE);
      in.values().forEach(INDArray::close);
      for (INDArray a : rows) {
        a.close();
      }
    }
  }
}
