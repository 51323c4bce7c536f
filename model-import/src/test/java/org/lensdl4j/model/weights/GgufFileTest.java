package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.fixtures.GgufWriter;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.testing.Seeds;

class GgufFileTest {
  @TempDir Path folder;

  @Test
  void readsEveryTypeOfValue() throws IOException {
    GgufWriter writer = new GgufWriter().version(2);
    writer.pair("u8", 0, new byte[] {-1}).pair("i8", 1, new byte[] {-1});
    writer.pair("u16", 2, new byte[] {-1, -1}).pair("i16", 3, new byte[] {-1, -1});
    writer.pair("u32", 4, new byte[] {-1, -1, -1, -1}).pair("i32", 5, new byte[] {-1, -1, -1, -1});
    writer.put("f32", 1e-5f).put("bool", true).put("text", "日本");
    writer.put("texts", List.of("a", "")).put("ints", 1, -2);
    writer.pair("u64", 10, little(8).putLong(7).array());
    writer.pair("i64", 11, little(8).putLong(-7).array());
    writer.pair("f64", 12, little(8).putDouble(Math.E).array());
    writer.pair("floats", 9, little(16).putInt(6).putLong(1).putFloat(0.5f).array());
    writer.pair("bools", 9, little(14).putInt(7).putLong(2).put((byte) 1).put((byte) 0).array());
    writer.put("general.alignment", 64);
    writer.tensor("m", new long[] {2, 3}, 1, 2, 3, 4, 5, 6).tensor("v", new long[] {1}, 7);
    try (GgufFile file = GgufFile.open(write(writer.bytes()))) {
      GgufMetadata m = file.metadata();
      assertThat(m.integer("u8")).hasValue(255L);
      assertThat(m.integer("i8")).hasValue(-1L);
      assertThat(m.integer("u16")).hasValue(65535L);
      assertThat(m.integer("i16")).hasValue(-1L);
      assertThat(m.integer("u32")).hasValue(0xffffffffL);
      assertThat(m.integer("i32")).hasValue(-1L);
      assertThat(m.number("f32")).hasValue(1e-5);
      assertThat(m.bool("bool")).hasValue(true);
      assertThat(m.string("text")).hasValue("日本");
      assertThat(m.strings("texts")).hasValue(List.of("a", ""));
      assertThat(m.integers("ints").orElseThrow()).containsExactly(1, -2);
      assertThat(m.integer("u64")).hasValue(7L);
      assertThat(m.integer("i64")).hasValue(-7L);
      assertThat(m.number("f64")).hasValue(Math.E);
      assertThat(m.numbers("floats").orElseThrow()).containsExactly(0.5);
      assertThat((boolean[]) m.asMap().get("bools")).containsExactly(true, false);
      assertThat(m.string("none")).isEmpty();
      assertThatThrownBy(() -> m.string("u8"))
          .hasMessageEndingWith("u8 should be text but is a Long");
      assertThat(file.tensors().get("m").shape()).containsExactly(2L, 3L);
      assertThat(file.tensors().get("m").offset() % 64).isZero();
      assertThat(file.readFloats("m")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(file.readFloats("v")).containsExactly(7);
    }
  }

  @Test
  void refusesOtherFiles() throws IOException {
    refused(new byte[100], "is not a GGUF file: it does not begin with 'GGUF'");
    refused(new byte[3], "is not a GGUF file");
    refused(new GgufWriter().version(1).bytes(), "has GGUF version 1; 2 and 3 are supported");
    refused(new GgufWriter().version(3 << 24).bytes(), "is a big-endian GGUF file");
  }

  @Test
  void refusesHugeCountsBeforeTakingMemory() throws IOException {
    byte[] file = new GgufWriter().put("a", 1).bytes();
    refused(with(file, 8, 1L << 60), "says there are 1152921504606846976 tensors, more than its");
    refused(with(file, 16, -1), "says there are 18446744073709551615 key/value pairs");
    refused(with(file, 24, 1L << 40), "gives key 0 a length of 1099511627776 bytes");
    byte[] array = little(12).putInt(10).putLong(1L << 33).array();
    refused(
        new GgufWriter().pair("a", 9, array).bytes(), "says there are 8589934592 items of a, more");
    byte[] nested = little(60).array();
    for (int at = 0; at < 60; at += 12) {
      ByteBuffer.wrap(nested).order(ByteOrder.LITTLE_ENDIAN).putInt(at, 9).putLong(at + 4, 1);
    }
    refused(new GgufWriter().pair("a", 9, nested).bytes(), "nests the arrays of a deeper than 4");
    refused(new GgufWriter().pair("a", 77, nested).bytes(), "has key a of unknown value type 77");
  }

  @Test
  void refusesLyingTensors() throws IOException {
    byte[] some = new byte[64];
    refused(tensor("t", 10, some, 256), "has tensor t of type Q2_K; supported are F32, F16");
    refused(tensor("t", 99, some, 16), "has tensor t of type number 99; supported are");
    refused(tensor("t", 8, some, 33), "rows of 33 elements, not a multiple of Q8_0's block of 32");
    refused(tensor("t", 0, some, 1L << 50, 1L << 50), "has tensor t of impossible size");
    refused(tensor("t", 0, some, 0), "has tensor t of impossible size 0");
    refused(tensor("t", 0, some, 1, 1, 1, 1, 1), "has tensor t of rank 5");
    refused(tensor("t", 0, some, 17), "should hold 68 bytes of tensor t at 64, but ends at 128");
    GgufWriter two =
        new GgufWriter().tensor("a", 0, new long[] {17}, some).tensor("b", 0, new long[] {1}, some);
    refused(two.bytes(), "has tensors that overlap: a, b");
    refused(new GgufWriter().put("a", 1).twice("a").bytes(), "has key a twice");
    refused(new GgufWriter().put("general.alignment", 33).bytes(), "has general.alignment 33, not");
  }

  /** However a file is cut or damaged, there is one clear exception and no other. */
  @Test
  void cutAndDamagedFilesAreRefusedClearly() throws IOException {
    byte[] whole = TinyGguf.bytes(TinyModels.GROUPED);
    long seed = Seeds.one();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length - 32));
      assertThatThrownBy(() -> TransformerModel.open(write(cut)).close())
          .as("seed %d, length %d", seed, cut.length)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("model.gguf");
    }
    for (int i = 0; i < 500; i++) {
      byte[] damaged = whole.clone();
      // The header takes about the first 12 kB.
      int at = random.nextInt(12_000);
      damaged[at] = (byte) random.nextInt();
      try {
        TransformerModel.open(write(damaged)).close();
      } catch (ModelFormatException e) {
        assertThat(e).as("seed %d, byte %d", seed, at).hasMessageContaining("model.gguf");
      }
    }
  }

  private static byte[] tensor(String name, int type, byte[] bytes, long... shape) {
    return new GgufWriter().tensor(name, type, shape, bytes).bytes();
  }

  private static byte[] with(byte[] file, int at, long value) {
    byte[] out = file.clone();
    ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
    return out;
  }

  private void refused(byte[] bytes, String message) throws IOException {
    Path path = write(bytes);
    assertThatThrownBy(() -> GgufFile.open(path))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(path + " ")
        .hasMessageContaining(message);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("model.gguf"), bytes);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
