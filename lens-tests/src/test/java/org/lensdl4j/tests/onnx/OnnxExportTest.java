package org.lensdl4j.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.OutputInUseException;
import org.lensdl4j.model.onnx.OnnxExport;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.tests.reference.StoredValues;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.ByteString;

class OnnxExportTest {
  private static final long SEED = Seeds.one();

  @TempDir Path folder;

  /** Of random values in random weights, whatever exporter wrote the file. */
  @ParameterizedTest
  @ValueSource(strings = {"bert-op11", "bert-op17", "xlmr-op14", "gpt2-op13", "llama-op17"})
  void onlyTheChangedWeightsBytesDiffer(String name) throws IOException {
    Path source = OnnxFiles.file(name);
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, INDArray> changed = new HashMap<>();
    try (OnnxModel model = OnnxModel.builder(source).trainable("").open()) {
      for (String weight : model.trainable()) {
        if (random.nextInt(3) == 0) {
          long[] sizes = model.graph().getVariable(weight).getArr().shape();
          changed.put(weight, Nd4j.randn(org.nd4j.linalg.api.buffer.DataType.FLOAT, sizes));
        }
      }
    }
    assertThat(changed).isNotEmpty();
    Path copy = folder.resolve("new").resolve("copy.onnx");
    OnnxExport.of(source).changed(changed).write(copy);

    byte[] before = Files.readAllBytes(source);
    byte[] after = Files.readAllBytes(copy);
    assertThat(after).hasSameSizeAs(before);
    long different = 0;
    for (int i = 0; i < before.length; i++) {
      different += before[i] == after[i] ? 0 : 1;
    }
    long expected = 0;
    ModelProto old = ModelProto.parseFrom(before);
    ModelProto now = ModelProto.parseFrom(after);
    for (int i = 0; i < old.getGraph().getInitializerCount(); i++) {
      TensorProto a = old.getGraph().getInitializer(i);
      TensorProto b = now.getGraph().getInitializer(i);
      INDArray values = changed.get(a.getName());
      if (values == null) {
        assertThat(b).isEqualTo(a);
      } else {
        assertThat(b.toBuilder().clearRawData().build())
            .isEqualTo(a.toBuilder().clearRawData().build());
        assertThat(floats(b.getRawData())).isEqualTo(values.reshape(-1).toFloatVector());
        for (int k = 0; k < a.getRawData().size(); k++) {
          expected += a.getRawData().byteAt(k) == b.getRawData().byteAt(k) ? 0 : 1;
        }
      }
    }
    assertThat(different).isEqualTo(expected).isPositive();
    assertThat(now.toBuilder().setGraph(old.getGraph()).build()).isEqualTo(old);
    changed.values().forEach(INDArray::close);
  }

  /** What was trained in the graph is what the written file computes, to the bit. */
  @Test
  void theFileComputesWhatTheGraphComputed() {
    Path source = OnnxFiles.file("bert-op17");
    Path copy = folder.resolve("copy.onnx");
    StoredValues stored = StoredValues.resource("onnx/bert-op17.safetensors");
    try (OnnxModel model =
        OnnxModel.builder(source).trainable("layer[./]2[./].*(MatMul|bias)").open()) {
      assertThat(model.trainable()).hasSizeGreaterThan(4);
      Map<String, INDArray> trained = new HashMap<>();
      for (String weight : model.trainable()) {
        INDArray array = model.graph().getVariable(weight).getArr();
        trained.put(weight, array.muli(1.25).addi(0.01));
      }
      OnnxExport.of(source).changed(trained).write(copy);
      Map<String, INDArray> inputs = StoredInputs.of(model, stored, 0);
      try (OnnxModel written = OnnxModel.open(copy)) {
        Map<String, INDArray> expected = model.run(inputs);
        written.run(inputs).forEach((k, v) -> assertThat(v).isEqualTo(expected.get(k)));
      }
    }
  }

  private static float[] floats(ByteString bytes) {
    float[] out = new float[bytes.size() / 4];
    ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(out);
    return out;
  }

  private static OnnxWriter sum() {
    return new OnnxWriter(17)
        .input("x", DataType.FLOAT, "rows", 4)
        .output("y")
        .node("Add", "x w", "y");
  }

  private static Map<String, INDArray> w(float... values) {
    return Map.of("w", Nd4j.createFromArray(values));
  }

  @Test
  void listsOfFloatsAndHalvesAreReplacedToo() throws IOException {
    Path source = sum().floats("w", new long[] {4}, 1, 2, 3, 4).write(folder);
    Path copy = folder.resolve("copy.onnx");
    OnnxExport.of(source).changed(w(5, 6, 7, 8)).write(copy);
    assertThat(ModelProto.parseFrom(Files.readAllBytes(copy)))
        .isEqualTo(sum().floats("w", new long[] {4}, 5, 6, 7, 8).model());

    byte[] halves = {0, 0x3c, 0, 0x3c, 0, 0x3c, 0, 0x3c};
    Path small =
        sum()
            .initializer(
                OnnxWriter.tensor("w", DataType.FLOAT16, 4).setRawData(ByteString.copyFrom(halves)))
            .write(folder);
    Path smallCopy = folder.resolve("small.onnx");
    OnnxExport.of(small).changed(w(0.5f, 1, 2, -1)).write(smallCopy);
    try (OnnxModel model = OnnxModel.builder(smallCopy).trainable("w").open()) {
      assertThat(model.graph().getVariable("w").getArr().toFloatVector())
          .containsExactly(0.5f, 1, 2, -1);
    }
    refused(
        () -> OnnxExport.of(small).changed(w(1e6f, 1, 1, 1)).write(folder.resolve("z")), "1000000");
  }

  @Test
  void dataFilesKeepTheirNamesAndOtherBytes() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("model"));
    byte[] data = new byte[64];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) i;
    }
    Files.write(inner.resolve("weights.bin"), data);
    Path source = sum().initializer(external("weights.bin", 16)).write(inner);
    Path out = folder.resolve("out").resolve("other-name.onnx");
    OnnxExport.of(source).changed(w(1, 2, 3, 4)).write(out);

    assertThat(out).hasSameBinaryContentAs(source);
    byte[] written = Files.readAllBytes(out.resolveSibling("weights.bin"));
    ByteBuffer expected = ByteBuffer.wrap(data.clone()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4; i++) {
      expected.putFloat(16 + 4 * i, i + 1);
    }
    assertThat(written).isEqualTo(expected.array());
    assertThat(Files.readAllBytes(inner.resolve("weights.bin"))).isEqualTo(data);
    assertThatThrownBy(
            () -> OnnxExport.of(source).changed(w(1, 2, 3, 4)).write(inner.resolve("b.onnx")))
        .isInstanceOf(OutputInUseException.class)
        .hasMessageContaining("weights.bin")
        .hasMessageContaining("folder of its own");
  }

  private static TensorProto.Builder external(String location, long offset) {
    TensorProto.Builder t = OnnxWriter.tensor("w", DataType.FLOAT, 4);
    t.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    Map.of("location", location, "offset", Long.toString(offset), "length", "16")
        .forEach(
            (k, v) -> t.addExternalData(StringStringEntryProto.newBuilder().setKey(k).setValue(v)));
    return t;
  }

  @Test
  void whatDoesNotFitIsRefusedAndNothingWritten() throws IOException {
    Path source = sum().floats("w", new long[] {4}, 1, 2, 3, 4).write(folder);
    Path copy = folder.resolve("copy.onnx");
    List<Map<String, INDArray>> wrong = new ArrayList<>();
    wrong.add(Map.of("v", Nd4j.createFromArray(1f)));
    wrong.add(w(1, 2, 3));
    wrong.add(w(1, Float.NaN, 3, 4));
    String[][] said = {{"'v'", "no weight"}, {"'w'", "[3]", "[4]"}, {"'w'", "NaN", "element 1"}};
    for (int i = 0; i < said.length; i++) {
      Map<String, INDArray> arrays = wrong.get(i);
      refused(() -> OnnxExport.of(source).changed(arrays).write(copy), said[i]);
    }
    assertThat(copy).doesNotExist();
    Files.writeString(copy, "mine");
    assertThatThrownBy(() -> OnnxExport.of(source).write(copy))
        .isInstanceOf(OutputInUseException.class);
    assertThat(copy).hasContent("mine");
  }

  @Test
  void quantisedWeightsAreRefused() throws IOException {
    Path source = OnnxFiles.file("bert-int8");
    Set<String> eightBits = new TreeSet<>();
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(source));
    for (TensorProto t : model.getGraph().getInitializerList()) {
      if (t.getDataType() == DataType.INT8.getNumber() && t.getDimsCount() == 2) {
        eightBits.add(t.getName());
      }
    }
    String name = eightBits.iterator().next();
    long[] sizes =
        model.getGraph().getInitializerList().stream()
            .filter(t -> t.getName().equals(name))
            .flatMap(t -> t.getDimsList().stream())
            .mapToLong(Long::longValue)
            .toArray();
    Map<String, INDArray> changed = Map.of(name, Nd4j.ones(sizes));
    refused(
        () -> OnnxExport.of(source).changed(changed).write(folder.resolve("q.onnx")),
        name,
        "INT8",
        "quantised");
  }

  private static void refused(ThrowingCallable action, String... parts) {
    assertThatThrownBy(action)
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(".onnx")
        .satisfies(e -> Arrays.stream(parts).forEach(p -> assertThat(e).hasMessageContaining(p)));
  }
}
