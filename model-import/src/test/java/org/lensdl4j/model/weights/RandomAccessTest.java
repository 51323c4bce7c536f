package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;
import org.nd4j.linalg.api.ndarray.INDArray;

class RandomAccessTest {
  @TempDir Path folder;

  /** A sparse file of six gigabytes: no offset is an int anywhere. */
  @Test
  void filesBeyondFourGigabytes() throws IOException {
    long large = 6L << 30;
    String header =
        "{\"large\":{\"dtype\":\"BF16\",\"shape\":[%d,1024],\"data_offsets\":[0,%d]},"
                .formatted(large / 2048, large)
            + "\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}"
                .formatted(large, large + 4);
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer start = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(text.length).put(text);
    int row = (int) (large / 2048) - 1;
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
      file.write(start.array());
      file.setLength(start.capacity() + large + 4);
      file.seek(start.capacity() + large - 2);
      file.write(new byte[] {(byte) 0x80, 0x3f});
      file.write(new byte[] {0, 0, 0, 0x40});
    }
    try (Weights weights = WeightFiles.openDirectory(folder);
        INDArray rows = weights.readRows("large", new int[] {row, 0});
        INDArray last = weights.read("last")) {
      assertThat(rows.getFloat(0, 1023)).isEqualTo(1f);
      assertThat(rows.getFloat(0, 1022)).isZero();
      assertThat(last.getFloat(0)).isEqualTo(2f);
    }
  }

  @Test
  void interruptionOfOneReaderDoesNotCloseTheFileForOthers() throws Exception {
    Path path = Files.write(folder.resolve("x"), new byte[1 << 20]);
    try (RandomAccess file = RandomAccess.open(path)) {
      Thread reader =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> file.piece(0, 10))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("Interrupted while reading " + path);
              });
      reader.start();
      reader.join();
      for (int length : new int[] {10, 1 << 20}) {
        try (RandomAccess.Piece piece = file.piece(0, length)) {
          assertThat(piece.buffer().remaining()).isEqualTo(length);
        }
      }
      assertThatThrownBy(() -> file.piece(1, 1 << 20))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(path + " has 1048576 bytes; 1048576 bytes at 1 were asked for");
      file.close();
      assertThatThrownBy(() -> file.piece(0, 10)).hasMessage(path + " has been closed");
    }
  }
}
