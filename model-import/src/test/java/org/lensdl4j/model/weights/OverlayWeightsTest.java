package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.trunk.RandomWeights;
import org.lensdl4j.model.trunk.TinyConfigs;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OverlayWeightsTest {
  private static final String NAME = "model.layers.1.mlp.up_proj.weight";
  private final RandomWeights base = new RandomWeights(TinyConfigs.GROUPED.config(), new Random(8));

  @Test
  void changedTensorsAreReadInEveryWayAndAllOthersAreTheBases() {
    Seeds.forAll(
        5,
        random -> {
          INDArray changed = Nd4j.rand(base.read(NAME).shape()).castTo(base.read(NAME).dataType());
          OverlayWeights overlay = new OverlayWeights(base, Map.of(NAME, changed));
          assertThat(overlay.tensors().keySet()).isEqualTo(base.tensors().keySet());
          assertThat(overlay.read(NAME)).isEqualTo(changed).isNotSameAs(changed);
          INDArray target = changed.like();
          overlay.readInto(NAME, target);
          assertThat(target).isEqualTo(changed);
          int[] rows = random.ints(5, 0, (int) changed.size(0)).toArray();
          assertThat(overlay.readRows(NAME, rows)).isEqualTo(changed.getRows(rows));
          String other = "model.layers.0.mlp.up_proj.weight";
          assertThat(overlay.read(other)).isEqualTo(base.read(other));
          assertThat(overlay.readRows(other, rows)).isEqualTo(base.readRows(other, rows));
          overlay.close();
          assertThat(changed.wasClosed()).isFalse();
        });
  }

  @Test
  void theHashKnowsEveryValue() {
    INDArray changed = base.read(NAME);
    String same = new OverlayWeights(base, Map.of(NAME, changed)).hash();
    assertThat(new OverlayWeights(base, Map.of(NAME, changed.dup())).hash()).isEqualTo(same);
    assertThat(new OverlayWeights(base, Map.of()).hash()).isEqualTo(base.hash());
    Seeds.forAll(
        5,
        random -> {
          INDArray one = changed.dup();
          long at = random.nextInt((int) one.length());
          one.putScalar(at, one.getFloat(at) + 1);
          assertThat(new OverlayWeights(base, Map.of(NAME, one)).hash()).isNotEqualTo(same);
        });
  }

  @Test
  void refusesNamesAndShapesThatTheModelHasNot() {
    INDArray array = base.read(NAME);
    assertThatThrownBy(() -> new OverlayWeights(base, Map.of(NAME + "s", array)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith("The model has no tensor " + NAME + "s to replace. Similar names:");
    assertThatThrownBy(() -> new OverlayWeights(base, Map.of(NAME, Nd4j.zeros(2, 2))))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("cannot become [2, 2]");
    assertThatThrownBy(() -> new OverlayWeights(base, Map.of(NAME, array.transpose())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in C order");
  }
}
