package org.lensdl4j.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.TappedProbing;
import org.lensdl4j.model.graph.TappedGraph;
import org.lensdl4j.model.graph.TokenInputs;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TappedProbingTest {
  /** One id per letter, between the ids 1 and 2. */
  private static int[] letters(String text) {
    int[] out = new int[text.length() + 2];
    out[0] = 1;
    for (int i = 0; i < text.length(); i++) {
      out[i + 1] = 3 + text.charAt(i) % 50;
    }
    out[out.length - 1] = 2;
    return out;
  }

  private static Corpus corpus() {
    return Corpus.of(Map.of("en", texts("a", "bed", "face"), "sw", texts("xyz", "wux", "vutsr")));
  }

  private static List<TextItem> texts(String... texts) {
    List<TextItem> out = new ArrayList<>();
    for (String text : texts) {
      out.add(new TextItem(text, text));
    }
    return out;
  }

  @Test
  void poolingSeesOnlyATextsOwnTokens() {
    INDArray states = Nd4j.arange(2 * 3 * 2).castTo(DataType.FLOAT).reshape(2, 3, 2);
    assertThat(Pooling.MEAN.of(states, List.of(3, 2)))
        .isDeepEqualTo(new float[][] {{2, 3}, {7, 8}});
    assertThat(Pooling.LAST.of(states, List.of(3, 2)))
        .isDeepEqualTo(new float[][] {{4, 5}, {8, 9}});
    assertThat(Pooling.FIRST.of(states, List.of(3, 2)))
        .isDeepEqualTo(new float[][] {{0, 1}, {6, 7}});
  }

  @Test
  void statesDoNotDependOnTheBatch() {
    try (OnnxModel model = OnnxModel.open(OnnxFiles.file("bert-op17"))) {
      TappedProbing probing =
          TappedProbing.of(model.tapped()).tokens(TappedProbingTest::letters).pooling(Pooling.MEAN);
      List<String> texts = List.of("a", "longer", "mid");
      Map<String, float[][]> together = probing.states(texts);
      Map<String, float[][]> alone = probing.batchSize(1).states(texts);
      assertThat(together).hasSize(4);
      together.forEach(
          (tap, rows) -> {
            for (int t = 0; t < rows.length; t++) {
              assertThat(rows[t]).containsExactly(alone.get(tap)[t], within(2e-5f));
            }
          });
    }
  }

  @Test
  void spaceOfAnEncoder() {
    try (OnnxModel model = OnnxModel.open(OnnxFiles.file("xlmr-op14"))) {
      LanguageSpace space =
          TappedProbing.of(model.tapped())
              .tokens(TappedProbingTest::letters)
              .inputs(texts -> TokenInputs.of(model.tapped(), texts, 1))
              .taps(List.of("layer 2", "layer 3"))
              .pooling(Pooling.MEAN)
              .fit(corpus(), "en", 0);
      assertThat(space.layers()).isEqualTo(2);
      assertThat(space.hiddenSize()).isEqualTo(32);
      assertThat(space.provenance().position()).isEqualTo("mean");
    }
  }

  /** What a user's own graph gets by naming its variables. */
  @Test
  void spaceOfAGraphOfOnesOwn() {
    SameDiff sd = SameDiff.create();
    SDVariable ids = sd.placeHolder("input_ids", DataType.LONG, -1, -1);
    SDVariable table = sd.constant("table", Nd4j.rand(DataType.FLOAT, 60, 8));
    SDVariable first = sd.gather("first", table, ids, 0);
    sd.math().tanh("second", first.mul(2));
    try (TappedGraph tapped = TappedGraph.of(sd, List.of("input_ids"), "first", "second")) {
      LanguageSpace space =
          TappedProbing.of(tapped)
              .tokens(TappedProbingTest::letters)
              .pooling(Pooling.MEAN)
              .fit(corpus(), "en", 1);
      assertThat(space.layers()).isEqualTo(2);
      assertThatThrownBy(() -> tapped.states(Map.of())).hasMessageContaining("input_ids");
      assertThatThrownBy(() -> tapped.variable("third")).hasMessageContaining("[first, second]");
    }
    assertThatThrownBy(() -> TappedGraph.of(sd, List.of("ids"), "first"))
        .hasMessageContaining("'ids'");
    assertThatThrownBy(() -> TappedGraph.of(sd, List.of("input_ids"), "third"))
        .hasMessageContaining("'third'");
  }
}
