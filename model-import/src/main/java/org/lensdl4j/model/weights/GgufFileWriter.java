package org.lensdl4j.model.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.DiskSpace;

/**
 * Writes a GGUF file of version 3 (see {@link GgufFile}) tensor by tensor; only the current tensor
 * is in memory. The file appears under its name when it is complete.
 */
public final class GgufFileWriter {
  private static final int VERSION = 3;
  private static final int ALIGNMENT = 32;
  private static final int U32 = 4;
  private static final int I32 = 5;
  private static final int F32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Map<String, byte[]> pairs = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private record Tensor(DType dtype, long[] shape, long bytes, TensorSource source) {}

  /** Sets a u32. */
  public GgufFileWriter put(String key, int value) {
    return pair(key, U32, little(4).putInt(value).array());
  }

  /** Sets an f32. */
  public GgufFileWriter put(String key, float value) {
    return pair(key, F32, little(4).putFloat(value).array());
  }

  /** Sets a bool. */
  public GgufFileWriter put(String key, boolean value) {
    return pair(key, BOOL, new byte[] {(byte) (value ? 1 : 0)});
  }

  /** Sets a text. */
  public GgufFileWriter put(String key, String value) {
    return pair(key, STRING, string(value));
  }

  /** Sets an array of texts. */
  public GgufFileWriter put(String key, List<String> values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(little(12).putInt(STRING).putLong(values.size()).array());
    values.forEach(v -> out.writeBytes(string(v)));
    return pair(key, ARRAY, out.toByteArray());
  }

  /** Sets an array of i32. */
  public GgufFileWriter put(String key, int... values) {
    ByteBuffer out = little(12 + 4 * values.length).putInt(I32).putLong(values.length);
    for (int v : values) {
      out.putInt(v);
    }
    return pair(key, ARRAY, out.array());
  }

  /** Sets an array of f32. */
  public GgufFileWriter put(String key, float... values) {
    ByteBuffer out = little(12 + 4 * values.length).putInt(F32).putLong(values.length);
    for (float v : values) {
      out.putFloat(v);
    }
    return pair(key, ARRAY, out.array());
  }

  /**
   * Sets a pair as another file has it.
   *
   * @param encoded the type's number and the value, as {@link GgufFile#encodedPair} yields them
   */
  public GgufFileWriter putEncoded(String key, byte[] encoded) {
    pairs.put(key, encoded.clone());
    return this;
  }

  private GgufFileWriter pair(String key, int type, byte[] value) {
    pairs.put(key, little(4 + value.length).putInt(type).put(value).array());
    return this;
  }

  /**
   * Adds a tensor whose bytes come later.
   *
   * @param shape outermost dimension first; the last one is a multiple of the type's block
   */
  public GgufFileWriter tensor(String name, DType dtype, long[] shape, TensorSource source) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    if (shape.length == 0 || shape[shape.length - 1] % dtype.blockElements() != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s of shape %s cannot be written as %s: rows must be multiples of %d",
              name,
              java.util.Arrays.toString(shape),
              dtype,
              dtype.blockElements()));
    }
    long bytes = elements / dtype.blockElements() * dtype.blockBytes();
    if (tensors.putIfAbsent(name, new Tensor(dtype, shape.clone(), bytes, source)) != null) {
      throw new IllegalArgumentException("There is a tensor " + name + " already");
    }
    return this;
  }

  /** The size of the file, about: without the header. */
  public long dataBytes() {
    return tensors.values().stream().mapToLong(t -> aligned(t.bytes())).sum();
  }

  /**
   * Writes the file.
   *
   * @throws java.io.UncheckedIOException naming the file; a file that was there is then unchanged
   */
  public void write(Path file) {
    DiskSpace.require(file, dataBytes());
    AtomicFile.write(file, this::writeTo);
  }

  private void writeTo(FileChannel channel) throws IOException {
    AtomicFile.writeFully(channel, ByteBuffer.wrap(header()));
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
      pad(channel);
      long begin = channel.position();
      e.getValue().source().writeTo(channel);
      long written = channel.position() - begin;
      if (written != e.getValue().bytes()) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s takes %d bytes, but %d were written",
                e.getKey(),
                e.getValue().bytes(),
                written));
      }
    }
    pad(channel);
  }

  private static void pad(FileChannel channel) throws IOException {
    long at = channel.position();
    AtomicFile.writeFully(channel, ByteBuffer.allocate((int) (aligned(at) - at)));
  }

  private byte[] header() {
    put("general.alignment", ALIGNMENT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(
        little(20).putInt(VERSION).putLong(tensors.size()).putLong(pairs.size()).array());
    pairs.forEach(
        (key, encoded) -> {
          out.writeBytes(string(key));
          out.writeBytes(encoded);
        });
    long at = 0;
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
      Tensor t = e.getValue();
      out.writeBytes(string(e.getKey()));
      ByteBuffer info = little(4 + 8 * t.shape().length + 12).putInt(t.shape().length);
      for (int i = t.shape().length - 1; i >= 0; i--) {
        info.putLong(t.shape()[i]);
      }
      out.writeBytes(info.putInt(GgufTypes.number(t.dtype())).putLong(at).array());
      at += aligned(t.bytes());
    }
    return out.toByteArray();
  }

  private static long aligned(long size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static byte[] string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return little(8 + bytes.length).putLong(bytes.length).put(bytes).array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
