package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void keepsOrderMetadataAndValues() {
    Path path = folder.resolve("a.safetensors");
    try (INDArray c = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}})) {
      new SafetensorsWriter()
          .metadata(Map.of("manifest", "{\"ü\": \"日本\"}"))
          .add("z", new long[] {2}, new double[] {Math.PI, -0.0})
          .add("a", new long[] {}, new float[] {7})
          .add("c", c)
          .add("b", DType.BF16, new long[] {2, 3}, TensorSource.of(c, DType.BF16))
          .add("empty", new long[] {0, 4}, new float[0])
          .write(path);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.entries().keySet()).containsExactlyInAnyOrder("z", "a", "c", "b", "empty");
      assertThat(file.entries().keySet()).startsWith("z", "a", "c", "b");
      assertThat(file.metadata()).isEqualTo(Map.of("manifest", "{\"ü\": \"日本\"}"));
      assertThat(file.dataOffset() % 8).isZero();
      assertThat(file.readDoubles("z")).containsExactly(Math.PI, -0.0);
      assertThat(file.readFloats("a")).containsExactly(7);
      assertThat(file.readFloats("b")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(file.readDoubles("c")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(file.entries().get("b").dtype()).isEqualTo("BF16");
      assertThatThrownBy(() -> file.readFloats("bb"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("has no tensor bb. Similar names: ");
    }
  }

  @Test
  void failureLeavesTheOldFileAndNothingElse() throws IOException {
    Path path = folder.resolve("a.safetensors");
    new SafetensorsWriter().add("x", new long[] {1}, new float[] {1}).write(path);
    byte[] before = Files.readAllBytes(path);
    SafetensorsWriter failing =
        new SafetensorsWriter()
            .add("x", new long[] {1}, new float[] {2})
            .add(
                "y",
                DType.F32,
                new long[] {1},
                c -> {
                  throw new IOException("No space left on device");
                });
    assertThatThrownBy(() -> failing.write(path))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot write " + path + ": No space left on device");
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void refusesLyingHeaders() throws IOException {
    String x = "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    refused(
        "{" + x + "}", 4, "has tensor x at bytes 0..8 of 4 bytes of data: truncated or damaged");
    refused("{" + x + "}", 12, "has 4 bytes after its last tensor x");
    refused("{" + x + "," + x + "}", 8, "the header is not valid JSON: Duplicate field 'x'");
    refused(
        "{" + x.replace("[2]", "[3]") + "}",
        8,
        "x of F32 [3], which takes 12 bytes, but gives it 8");
    refused("{" + x.replace("F32", "Q9") + "}", 8, "has tensor x of unknown dtype 'Q9'");
    refused("{" + x.replace("[2]", "[-2]") + "}", 8, "has tensor x with -2 in its shape");
    refused("{" + x.replace("[2]", "[2.5]") + "}", 8, "has tensor x with 2.5 in its shape");
    refused(
        "{" + x.replace("[2]", "[4611686018427387904,4611686018427387904]") + "}",
        8,
        "has tensor x of impossible shape");
    refused("{" + x.replace("[0,8]", "[8,0]") + "}", 8, "has tensor x at bytes 8..0");
    refused("{\"x\":3}", 0, "has tensor x of unknown dtype ''");
    refused("[1,2,3]", 0, "has a header that is not a JSON object");
    refused("{\"x\":", 0, "the header is not valid JSON");
    refused("{" + x + "} x", 8, "the header is not valid JSON");
    refused("{\"__metadata__\":{\"a\":1}}", 0, "has a __metadata__ value that is not text: a");
    String y = "\"y\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[%d,%d]}";
    refused(
        "{" + x + "," + y.formatted(6, 10) + "}",
        10,
        "has tensor y at byte 6, but x ends at byte 8: they overlap");
    refused(
        "{" + x + "," + y.formatted(10, 14) + "}",
        14,
        "has tensor y at byte 10, but x ends at byte 8: a gap");
  }

  @Test
  void refusesLyingLengths() throws IOException {
    Path path = folder.resolve("bad.safetensors");
    for (long length : new long[] {-1, Long.MAX_VALUE, 1L << 40, 100, 0}) {
      ByteBuffer bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Files.write(path, bytes.array());
      assertThatThrownBy(() -> SafetensorsFile.open(path))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(
              path + " says that its header has " + Long.toUnsignedString(length) + " bytes");
    }
    Files.write(path, new byte[3]);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .hasMessage(path + " is too short (3 bytes) to be a safetensors file");
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none")))
        .hasMessage("There is no file " + folder.resolve("none"));
  }

  private void refused(String header, int dataBytes, String message) throws IOException {
    Path path = folder.resolve("bad.safetensors");
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + dataBytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text);
    Files.write(path, bytes.array());
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(message);
  }
}
