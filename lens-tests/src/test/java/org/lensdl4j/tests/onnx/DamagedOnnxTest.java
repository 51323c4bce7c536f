package org.lensdl4j.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.shade.protobuf.ByteString;

/** Files that are damaged or made to harm. {@code -Dlens.seed=N} replays a run. */
class DamagedOnnxTest {
  private static final int ROUNDS = 60;
  private static final long SEED = Seeds.one();

  @TempDir Path folder;

  private static OnnxWriter sum() {
    return new OnnxWriter(17)
        .input("x", DataType.FLOAT, "rows", 4)
        .output("y")
        .node("Add", "x w", "y");
  }

  private void refused(OnnxWriter writer, String... parts) {
    refused(() -> OnnxModel.open(writer.write(folder)).close(), parts);
  }

  private static void refused(ThrowingCallable action, String... parts) {
    assertThatThrownBy(action)
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("test.onnx")
        .satisfies(e -> Arrays.stream(parts).forEach(p -> assertThat(e).hasMessageContaining(p)));
  }

  @Test
  void randomDamageIsRefusedOrHarmless() throws IOException {
    byte[] good = Files.readAllBytes(OnnxFiles.file("bert-op11"));
    SplittableRandom random = new SplittableRandom(SEED);
    Path file = folder.resolve("damaged.onnx");
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bad = good.clone();
      if (round % 3 == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length));
      } else {
        for (int i = 0; i <= round % 5; i++) {
          // Names, sizes and nodes are in the first part, weights behind.
          bad[random.nextInt(round % 2 == 0 ? 60_000 : bad.length)] = (byte) random.nextInt();
        }
      }
      Files.write(file, bad);
      try (OnnxModel model = OnnxModel.open(file)) {
        assertThat(model.outputs()).isNotNull();
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageContaining("damaged.onnx");
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError("seed " + SEED + ", round " + round, e);
      }
    }
  }

  @Test
  void somethingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("test.onnx"), "not a model");
    refused(() -> OnnxModel.open(file), "damaged");
    Files.write(file, new byte[0]);
    refused(() -> OnnxModel.open(file), "no graph");
    Files.delete(file);
    refused(() -> OnnxModel.open(file), "no file");
  }

  @Test
  void sizesThatTheFileDoesNotHave() {
    refused(
        sum().initializer(OnnxWriter.tensor("w", DataType.FLOAT, 1L << 40).addFloatData(1)),
        "'w'",
        "found 1 values",
        "1099511627776");
    refused(sum().initializer(OnnxWriter.tensor("w", DataType.FLOAT, 1L << 40, 1L << 40)), "'w'");
    refused(sum().initializer(OnnxWriter.tensor("w", DataType.FLOAT, -4)), "'w'", "[-4]");
    refused(
        sum()
            .initializer(
                OnnxWriter.tensor("w", DataType.FLOAT, 4)
                    .setRawData(ByteString.copyFrom(new byte[15]))),
        "'w'");
  }

  @Test
  void constantsThatGrow() {
    refused(
        new OnnxWriter(17)
            .longs("sizes", 1L << 20, 1L << 20)
            .output("w")
            .node("ConstantOfShape", "sizes", "w"),
        "n_w",
        "1048576");
  }

  @Test
  void typesThatAreNotSupported() {
    refused(sum().initializer(OnnxWriter.tensor("w", DataType.STRING, 1)), "'w'", "STRING");
    refused(
        new OnnxWriter(17).input("x", DataType.COMPLEX64, 2).output("y").node("Identity", "x", "y"),
        "input 'x'",
        "COMPLEX64");
  }

  @Test
  void valuesThatNothingYields() {
    refused(sum(), "n_y", "'w'");
    refused(sum().floats("w", new long[] {4}, 1, 2, 3, 4).output("z"), "'z'");
  }

  @Test
  void sizesThatDoNotFitTogether() {
    refused(sum().floats("w", new long[] {3}, 1, 2, 3), "n_y", "Add");
  }

  private static TensorProto.Builder external(String location, long offset) {
    return OnnxWriter.tensor("w", DataType.FLOAT, 4)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", "16"));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void dataFilesOfTheFolderOnly() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("model"));
    Files.write(folder.resolve("secret.bin"), new byte[64]);
    Files.write(inner.resolve("weights.bin"), new byte[64]);
    try (OnnxModel model =
        OnnxModel.open(sum().initializer(external("weights.bin", 48)).write(inner))) {
      assertThat(model.outputs()).containsExactly("y");
    }
    refused(outside(inner, "../secret.bin", 0), "'w'", "../secret.bin", "folder");
    String absolute = folder.resolve("secret.bin").toAbsolutePath().toString();
    refused(outside(inner, absolute, 0), "'w'", "secret.bin");
    refused(outside(inner, "missing.bin", 0), "'w'", "missing.bin");
    refused(outside(inner, "weights.bin", 49), "'w'", "weights.bin", "64");
    refused(outside(inner, "weights.bin", -1), "'w'", "-1");
    Files.createSymbolicLink(inner.resolve("link.bin"), folder.resolve("secret.bin"));
    refused(outside(inner, "link.bin", 0), "'w'", "link.bin");
  }

  private static ThrowingCallable outside(Path inner, String location, long offset) {
    return () -> OnnxModel.open(sum().initializer(external(location, offset)).write(inner));
  }
}
