package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GgufFileWriterTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() {
    Path file = folder.resolve("a.gguf");
    try (INDArray matrix = Nd4j.createFromArray(new float[][] {{1, -2, 3}, {4, 5.5f, -6}})) {
      new GgufFileWriter()
          .put("general.architecture", "llama")
          .put("count", -1)
          .put("rate", 0.5f)
          .put("yes", true)
          .put("names", List.of("", "\u0644\u063a\u0629", "b"))
          .put("ids", 3, -4)
          .put("scores", 0.25f, -1f)
          .tensor("m", DType.F32, new long[] {2, 3}, TensorSource.of(matrix, DType.F32))
          .tensor("h", DType.F16, new long[] {2, 3}, TensorSource.of(matrix, DType.F16))
          .write(file);
    }
    try (GgufFile read = GgufFile.open(file)) {
      assertThat(read.metadata().string("general.architecture")).contains("llama");
      assertThat(read.metadata().integer("count")).contains(0xffffffffL);
      assertThat(read.metadata().number("rate")).contains(0.5);
      assertThat(read.metadata().bool("yes")).contains(true);
      assertThat(read.metadata().strings("names")).contains(List.of("", "\u0644\u063a\u0629", "b"));
      assertThat(read.metadata().integers("ids").orElseThrow()).containsExactly(3, -4);
      assertThat(read.metadata().numbers("scores").orElseThrow()).containsExactly(0.25, -1);
      assertThat(read.readFloats("m")).containsExactly(1, -2, 3, 4, 5.5f, -6);
      assertThat(read.readFloats("h")).containsExactly(1, -2, 3, 4, 5.5f, -6);
    }
  }

  @Test
  void pairsAndTensorsAreCopiedByteForByte() throws Exception {
    whatIsWrittenIsRead();
    Path copy = folder.resolve("b.gguf");
    try (GgufFile read = GgufFile.open(folder.resolve("a.gguf"))) {
      GgufFileWriter out = new GgufFileWriter();
      read.metadata().keys().forEach(k -> out.putEncoded(k, read.encodedPair(k)));
      read.tensors()
          .forEach(
              (n, t) ->
                  out.tensor(
                      n,
                      t.dtype(),
                      t.shape().stream().mapToLong(Long::longValue).toArray(),
                      read.encodedTensor(n)));
      out.write(copy);
    }
    assertThat(copy).hasSameBinaryContentAs(folder.resolve("a.gguf"));
  }

  @Test
  void blocksOfEightBitsLoseLessThanHalfAStep() {
    long seed = Seeds.one();
    Random random = new Random(seed);
    float[] values = new float[4 * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          i < 32 ? 0 : (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6) - 3));
    }
    Path file = folder.resolve("q.gguf");
    try (INDArray matrix = Nd4j.create(values, new long[] {4, 64}, 'c')) {
      new GgufFileWriter()
          .tensor("m", DType.Q8_0, new long[] {4, 64}, TensorSource.of(matrix, DType.Q8_0))
          .write(file);
    }
    try (GgufFile read = GgufFile.open(file)) {
      float[] back = read.readFloats("m");
      for (int block = 0; block < values.length; block += 32) {
        float most = 0;
        for (int i = block; i < block + 32; i++) {
          most = Math.max(most, Math.abs(values[i]));
        }
        for (int i = block; i < block + 32; i++) {
          // half a step, and what the scale loses in half precision
          assertThat(back[i])
              .as("-Dlens.seed=" + seed)
              .isCloseTo(values[i], within(most / 127 * 0.5f + most / 1000 + 1e-7f));
        }
      }
    }
  }

  @Test
  void refusesRowsThatAreNoWholeBlocks() {
    assertThatThrownBy(
            () -> new GgufFileWriter().tensor("m", DType.Q8_0, new long[] {2, 33}, c -> {}))
        .hasMessageContainingAll("m", "[2, 33]", "Q8_0", "32");
  }
}
