package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.testing.Seeds;

class FloatAreaTest {
  @TempDir Path folder;

  @Test
  void memoryAndFileHoldWhatAnArrayHolds() {
    Seeds.forAll(
        10,
        random -> {
          int length = 1 + random.nextInt(60_000);
          float[] expected = new float[length];
          try (FloatArea memory = new MemoryArea(length);
              FloatArea file = FileArea.temporary(length)) {
            for (FloatArea area : List.of(memory, file)) {
              area.write(0, expected, 0, length);
            }
            for (int i = 0; i < 20; i++) {
              int at = random.nextInt(length);
              float[] values = values(random, 1 + random.nextInt(length - at));
              int skipped = random.nextInt(values.length);
              int n = values.length - skipped;
              System.arraycopy(values, skipped, expected, at, n);
              memory.write(at, values, skipped, n);
              file.write(at, values, skipped, n);
            }
            for (FloatArea area : List.of(memory, file)) {
              int from = random.nextInt(length);
              float[] found = new float[length + 2];
              area.read(from, found, 1, length - from);
              for (int i = from; i < length; i++) {
                assertThat(found[1 + i - from]).isEqualTo(expected[i]);
              }
              assertThat(found[0]).isZero();
              assertThat(found[1 + length - from]).isZero();
            }
          }
        });
  }

  @Test
  void nothingOutsideIsReadOrWrittenAndNothingAfterClosing() {
    for (FloatArea area : List.of(new MemoryArea(10), FileArea.temporary(10))) {
      float[] values = new float[11];
      for (long at : new long[] {-1, 1, 10, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> area.read(at, values, 0, 10))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> area.write(at, values, 0, 10))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessageEndingWith("of an area of 10");
      }
      area.close();
      area.close();
      assertThatThrownBy(() -> area.read(0, values, 0, 10))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this set of hidden states has been closed");
      assertThatThrownBy(() -> area.write(0, values, 0, 10))
          .hasMessage("this set of hidden states has been closed");
    }
  }

  @Test
  void aFileIsLittleEndianAndForReadingOnly() throws IOException {
    Path file = folder.resolve("floats");
    float[] values = {1, -2.5f, Float.MIN_VALUE, 3e38f};
    ByteBuffer bytes = ByteBuffer.allocate(3 + 16).order(ByteOrder.LITTLE_ENDIAN).position(3);
    bytes.asFloatBuffer().put(values);
    Files.write(file, bytes.array());
    try (FloatArea area = FileArea.reading(file, FileChannel.open(file), 3, 4)) {
      float[] found = new float[4];
      area.read(0, found, 0, 4);
      assertThat(found).containsExactly(values);
      assertThat(area.writable()).isFalse();
      assertThatThrownBy(() -> area.write(0, values, 0, 4))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("read-only");
    }
  }

  /** A damaged header is refused, or says of states that are all there; never anything else. */
  @Test
  void anyDamageOfAStatesFileIsRefusedOrHarmless() throws IOException {
    Path file = folder.resolve("states");
    float[] rows = values(new Random(1), 4 * 9);
    try (HiddenStates states =
        new HiddenStates(4, 2, new long[] {2, 5, 9}, new int[] {-1, 7}, new MemoryArea(36))) {
      states.area.write(0, rows, 0, rows.length);
      states.layer = 1;
      states.save(file);
    }
    byte[] good = Files.readAllBytes(file);
    int header = good.length - 4 * rows.length;
    Seeds.forAll(
        200,
        random -> {
          byte[] damaged = good.clone();
          for (int i = 0; i <= random.nextInt(2); i++) {
            damaged[random.nextInt(header)] ^= (byte) (1 << random.nextInt(8));
          }
          Files.write(file, damaged);
          try (HiddenStates opened = HiddenStates.open(file)) {
            float[] last = new float[opened.hiddenSize()];
            for (int i = 0; i < opened.texts(); i++) {
              opened.last(i, last);
            }
          } catch (ModelFormatException e) {
            assertThat(e).hasMessageContaining(file.toString());
          }
        });
  }

  private static float[] values(Random random, int n) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return out;
  }
}
