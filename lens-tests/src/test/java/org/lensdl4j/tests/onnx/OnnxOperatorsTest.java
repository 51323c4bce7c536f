package org.lensdl4j.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import onnx.Onnx.TensorProto.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.onnx.OnnxOperators;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Operators where ONNX and SameDiff differ, or where SameDiff is silently wrong. */
class OnnxOperatorsTest {
  @TempDir Path folder;

  private static OnnxWriter matrix() {
    return new OnnxWriter(17).input("x", DataType.FLOAT, "rows", "columns").output("y");
  }

  private INDArray run(OnnxWriter writer, INDArray x) {
    try (OnnxModel model = OnnxModel.open(writer.write(folder))) {
      return model.run(Map.of("x", x)).get("y");
    }
  }

  private static INDArray x(float[]... rows) {
    return Nd4j.createFromArray(rows);
  }

  @Test
  void gatherCountsNegativeIndicesFromTheEnd() {
    OnnxWriter w = matrix().longs("i", -1, 0).node("Gather", "x i", "y", "axis", 1L);
    assertThat(run(w, x(new float[] {1, 2, 3}, new float[] {4, 5, 6})).toFloatMatrix())
        .isDeepEqualTo(new float[][] {{3, 1}, {6, 4}});
  }

  @Test
  void gatherOfOneIndexDropsTheAxis() {
    OnnxWriter w = matrix().scalar("i", -1).node("Gather", "x i", "y", "axis", 1L);
    INDArray y = run(w, x(new float[] {1, 2, 3}, new float[] {4, 5, 6}));
    assertThat(y.shape()).containsExactly(2);
    assertThat(y.toFloatVector()).containsExactly(3, 6);
  }

  /** Exporters have called both axes of texts "batch"; onnxruntime takes no notice. */
  @Test
  void aSizeNamedTwiceInOneInputIsNoName() {
    OnnxWriter w =
        new OnnxWriter(17)
            .input("ids", DataType.INT64, "batch", "batch")
            .input("mask", DataType.FLOAT, "batch", "batch")
            .output("y")
            .floats("table", new long[] {3, 1}, 10, 20, 30)
            .longs("axes", -1)
            .node("Gather", "table ids", "g")
            .node("Unsqueeze", "mask axes", "m")
            .node("Mul", "g m", "y");
    try (OnnxModel model = OnnxModel.open(w.write(folder))) {
      INDArray ids = Nd4j.createFromArray(new long[][] {{0, 1, 2}, {2, 1, 0}});
      Map<String, INDArray> out = model.run(Map.of("ids", ids, "mask", Nd4j.ones(2, 3)));
      assertThat(out.get("y").shape()).containsExactly(2, 3, 1);
      assertThat(out.get("y").ravel().toFloatVector()).containsExactly(10, 20, 30, 30, 20, 10);
      assertThatThrownBy(() -> model.run(Map.of("ids", ids, "mask", Nd4j.ones(2, 4))))
          .hasMessageContaining("batch'");
    }
  }

  @Test
  void indicesThatTheRunComputesMayBeNegative() {
    OnnxWriter w =
        new OnnxWriter(17)
            .input("x", DataType.INT64, "n")
            .output("y")
            .floats("table", new long[] {3}, 10, 20, 30)
            .node("Gather", "table x", "y");
    assertThat(run(w, Nd4j.createFromArray(-1L, 0L, 1L, -3L)).toFloatVector())
        .containsExactly(30, 10, 20, 10);
  }

  @Test
  void sliceEndsBeyondTheAxisAndBeforeItsEnd() {
    OnnxWriter w =
        matrix()
            .longs("from", -2)
            .longs("to", Long.MAX_VALUE)
            .longs("axes", 1)
            .node("Slice", "x from to axes", "y");
    assertThat(run(w, x(new float[] {1, 2, 3})).toFloatMatrix())
        .isDeepEqualTo(new float[][] {{2, 3}});
    OnnxWriter v =
        matrix()
            .longs("from", 0)
            .longs("to", -1)
            .longs("axes", -1)
            .node("Slice", "x from to axes", "y");
    assertThat(run(v, x(new float[] {1, 2, 3})).toFloatMatrix())
        .isDeepEqualTo(new float[][] {{1, 2}});
  }

  @Test
  void unsqueezeOfOneByOneHasFourAxes() {
    OnnxWriter w = matrix().longs("axes", 0, -1).node("Unsqueeze", "x axes", "y");
    assertThat(run(w, x(new float[] {7})).shape()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void triluOfAnyShape() {
    OnnxWriter w = matrix().scalar("k", 1).node("Trilu", "x k", "y", "upper", 1L);
    assertThat(run(w, x(new float[] {7})).toFloatMatrix()).isDeepEqualTo(new float[][] {{0}});
    assertThat(run(w, x(new float[] {1, 2, 3}, new float[] {4, 5, 6})).toFloatMatrix())
        .isDeepEqualTo(new float[][] {{0, 2, 3}, {0, 0, 6}});
  }

  @Test
  void reshapeKeepsSizesAndDividesTheRest() {
    OnnxWriter w = matrix().longs("to", 0, -1, 2).node("Reshape", "x to", "y");
    assertThat(run(w, Nd4j.ones(3, 4)).shape()).containsExactly(3, 2, 2);
  }

  @Test
  void shapeArithmeticLeavesNoOperation() {
    OnnxWriter w =
        matrix()
            .longs("zero", 0)
            .longs("two", 2)
            .node("Shape", "x", "s")
            .node("Gather", "s zero", "r")
            .node("Concat", "r two two", "to", "axis", 0L)
            .node("Reshape", "x to", "y");
    try (OnnxModel model = OnnxModel.open(w.write(folder))) {
      assertThat(model.graph().ops()).hasSize(1);
      assertThat(model.run(Map.of("x", Nd4j.ones(3, 4))).get("y").shape()).containsExactly(3, 2, 2);
    }
  }

  @Test
  void whereChoosesNothingOfTheOtherSide() {
    OnnxWriter w =
        matrix()
            .floats("low", new long[] {}, Float.NEGATIVE_INFINITY)
            .floats("zero", new long[] {}, 0)
            .node("Greater", "x zero", "c")
            .node("Where", "c x low", "y");
    assertThat(run(w, x(new float[] {1, -1})).toFloatVector())
        .containsExactly(1, Float.NEGATIVE_INFINITY);
  }

  @Test
  void truthValuesBroadcast() {
    OnnxWriter w =
        matrix()
            .floats("zero", new long[] {}, 0)
            .floats("row", new long[] {1, 2}, 1, -1)
            .node("Greater", "x zero", "a")
            .node("Greater", "row zero", "b")
            .node("And", "a b", "c")
            .node("Not", "c", "d")
            .node("Cast", "d", "y", "to", 1L);
    assertThat(run(w, x(new float[] {1, 1}, new float[] {-1, 1})).toFloatMatrix())
        .isDeepEqualTo(new float[][] {{0, 1}, {1, 1}});
  }

  @Test
  void logSoftmaxOfFarApartValuesIsFinite() {
    OnnxWriter w = matrix().node("LogSoftmax", "x", "y", "axis", -1L);
    assertThat(run(w, x(new float[] {0, 200})).toFloatVector()).containsExactly(-200, 0);
  }

  @Test
  void sumsOfOneColumnAndOfOneRow() {
    for (long axis = -1; axis < 1; axis++) {
      OnnxWriter w = matrix().longs("axes", axis).node("ReduceSum", "x axes", "y", "keepdims", 0L);
      assertThat(run(w, Nd4j.ones(3, 1)).sumNumber().intValue()).isEqualTo(3);
      assertThat(run(w, Nd4j.ones(1, 3)).shape()).containsExactly(axis == 0 ? 3 : 1);
      assertThat(run(w, Nd4j.ones(1, 1)).shape()).containsExactly(1);
    }
    OnnxWriter all = matrix().node("ReduceMean", "x", "y");
    assertThat(run(all, Nd4j.ones(4, 1)).shape()).containsExactly(1, 1);
  }

  @Test
  void roundGoesToTheEvenNumber() {
    OnnxWriter w = matrix().node("Round", "x", "y");
    assertThat(run(w, x(new float[] {0.5f, 1.5f, 2.5f, -0.5f})).toFloatVector())
        .containsExactly(0, 2, 2, -0f);
  }

  @Test
  void ownOperatorsAreKnownToTheirModelOnly() {
    OnnxWriter w = matrix().custom("com.example", "Twice", "x", "y");
    OnnxOperators mine =
        OnnxOperators.standard()
            .with("com.example", "Twice", node -> node.output(node.input(0).mul(2)));
    try (OnnxModel model = OnnxModel.builder(w.write(folder)).operators(mine).open()) {
      assertThat(model.run(Map.of("x", x(new float[] {3}))).get("y").getFloat(0))
          .isCloseTo(6, within(0f));
    }
    assertThatThrownBy(() -> OnnxModel.open(w.write(folder)))
        .isInstanceOf(ModelFormatException.class);
  }

  @Test
  void oneErrorListsAllUnsupportedOperators() {
    OnnxWriter w =
        matrix().node("NonZero", "x", "a").node("Loop", "a", "b").node("NonZero", "b", "y");
    assertThatThrownBy(() -> OnnxModel.open(w.write(folder)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("test.onnx")
        .hasMessageContaining("Loop (n_b)")
        .hasMessageContaining("NonZero (n_a, n_y)");
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    OnnxWriter w = matrix().input("z", DataType.FLOAT, "rows", 2).node("MatMul", "x z", "y");
    try (OnnxModel model = OnnxModel.open(w.write(folder))) {
      INDArray two = Nd4j.ones(2, 2);
      assertThatThrownBy(() -> model.run(Map.of("x", two)))
          .hasMessageContaining("[x]")
          .hasMessageContaining("[x, z]");
      assertThatThrownBy(() -> model.run(Map.of("x", two, "z", Nd4j.ones(2, 3))))
          .hasMessageContaining("input 'z'");
      assertThatThrownBy(() -> model.run(Map.of("x", Nd4j.ones(3, 3), "z", two)))
          .hasMessageContaining("rows = ");
      assertThatThrownBy(
              () ->
                  model.run(
                      Map.of("x", two, "z", two.castTo(org.nd4j.linalg.api.buffer.DataType.LONG))))
          .hasMessageContaining("LONG");
    }
  }
}
