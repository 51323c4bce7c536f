package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.export.GgufModelWriter;
import org.lensdl4j.model.fixtures.GgufWriter;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModels;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A GGUF file in parts is the file that was split. */
class GgufPartsTest {
  private static final String WEIGHT = "model.layers.3.self_attn.o_proj.weight";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void anyPartOpensTheWhole(int named) throws IOException {
    Path whole = Files.write(folder.resolve("whole.gguf"), tiny().bytes());
    try (TransformerModel a = TransformerModel.open(whole);
        TransformerModel b = TransformerModel.open(split(3).get(named - 1))) {
      assertThat(b.config()).isEqualTo(a.config());
      assertThat(b.hash()).isEqualTo(a.hash());
      assertThat(b.tokenizer().encode("some text")).isEqualTo(a.tokenizer().encode("some text"));
      for (String name : a.weights().tensors().keySet()) {
        try (INDArray x = a.weights().read(name);
            INDArray y = b.weights().read(name)) {
          assertThat(y).as(name).isEqualTo(x);
        }
      }
    }
  }

  @Test
  void whatIsWrittenOfItIsWhole() throws IOException {
    Path whole = Files.write(folder.resolve("whole.gguf"), tiny().bytes());
    assertThat(written(split(4).get(2))).isEqualTo(written(whole));
  }

  private byte[] written(Path source) throws IOException {
    Path out = folder.resolve(source.getFileName() + "-out");
    try (TransformerModel model = TransformerModel.open(source);
        INDArray change = model.weights().read(WEIGHT)) {
      change.muli(2);
      GgufModelWriter.of(model).changed(Map.of(WEIGHT, change)).write(out);
    }
    return Files.readAllBytes(out);
  }

  @Test
  void aChangeOfAnyPartIsNotTheRememberedModel() throws IOException {
    List<Path> parts = split(3);
    String before = remembered(parts.get(0));
    byte[] bytes = Files.readAllBytes(parts.get(2));
    bytes[bytes.length - 40] ^= 1;
    Files.write(parts.get(2), bytes);
    settle(parts);
    assertThat(remembered(parts.get(0))).isNotEqualTo(before);
  }

  private String remembered(Path part) throws IOException {
    try (TransformerModel model = TransformerModel.open(part)) {
      return model.rememberHash(folder.resolve("hashes")).hash();
    }
  }

  @Test
  void aMissingPartIsNamed() throws IOException {
    List<Path> parts = split(3);
    Files.delete(parts.get(1));
    for (int named : new int[] {0, 2}) {
      refused(parts.get(named), "part 2 of 3", "tiny-00002-of-00003.gguf", "missing");
    }
  }

  @Test
  void partsThatDoNotBelongTogetherAreRefused() throws IOException {
    List<Path> parts = split(3);
    Path alone = Files.copy(parts.get(1), folder.resolve("alone.gguf"));
    refused(alone, "part 2 of 3", "-00002-of-00003.gguf");
    Files.copy(parts.get(1), folder.resolve("other-00001-of-00003.gguf"));
    refused(folder.resolve("other-00001-of-00003.gguf"), "part 2 of 3");

    Files.write(parts.get(1), Files.readAllBytes(parts.get(2)));
    refused(parts.get(0), "00002-of-00003.gguf: split.no: found 2, expected 1");
    Files.write(parts.get(1), tiny().parts(4).get(1));
    refused(parts.get(0), "split.count: found 4, expected 3");
    Files.write(parts.get(1), tiny().bytes());
    refused(parts.get(0), "split.count: found 1, expected 3");
  }

  @Test
  void tensorsAreThereOnceEach() throws IOException {
    List<Path> parts = split(2);
    GgufWriter more = tiny().tensor("blk.9.attn_norm.weight", new long[] {1}, 1);
    Files.write(parts.get(1), more.parts(2).get(1));
    refused(parts.get(0), "split.tensors.count: found", "expected");

    Files.write(parts.get(0), tiny().parts(2).get(1));
    refused(parts.get(1), "split.no: found 1, expected 0");
    GgufWriter first = tiny();
    first.pair("split.no", 4, new byte[4]).pair("split.count", 4, new byte[] {2, 0, 0, 0});
    Files.write(parts.get(0), first.bytes());
    refused(parts.get(0), "which another part has, too");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536, Integer.MAX_VALUE})
  void impossibleCountsAreRefusedWithoutLookingForThem(int count) throws IOException {
    GgufWriter writer = tiny().put("split.no", 0);
    writer.pair(
        "split.count",
        5,
        java.nio.ByteBuffer.allocate(4)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .putInt(count)
            .array());
    Path file = Files.write(folder.resolve("tiny-00001-of-00002.gguf"), writer.bytes());
    refused(file, "split.count: found " + count);
  }

  private static void refused(Path file, String... words) {
    assertThatThrownBy(() -> TransformerModel.open(file).close())
        .isInstanceOf(ModelFormatException.class)
        .message()
        .contains(words)
        .doesNotContain("\n");
  }

  private static GgufWriter tiny() {
    return TinyGguf.writer(TinyModels.GROUPED);
  }

  private List<Path> split(int count) throws IOException {
    List<byte[]> bytes = tiny().parts(count);
    List<Path> out = new java.util.ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = String.format(Locale.ROOT, "tiny-%05d-of-%05d.gguf", i + 1, count);
      out.add(Files.write(folder.resolve(name), bytes.get(i)));
    }
    settle(out);
    return out;
  }

  private static void settle(List<Path> files) throws IOException {
    for (Path file : files) {
      long size = Files.readAllBytes(file)[(int) Files.size(file) - 40];
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(600 + size)));
    }
  }
}
