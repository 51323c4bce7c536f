package org.lensdl4j.model.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.Suggestions;

/**
 * One {@code .safetensors} file, open for reading:
 *
 * <pre>
 * file   = length header data
 * length = little-endian u64, bytes of the header
 * header = JSON {"__metadata__": {string: string}, NAME: {"dtype", "shape", "data_offsets": [b, e]}}
 * data   = the tensors' bytes, little-endian, row by row, in order, without gaps
 * </pre>
 */
public final class SafetensorsFile implements AutoCloseable {
  private final RandomAccess file;
  private final SafetensorsHeader header;

  private SafetensorsFile(RandomAccess file, SafetensorsHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * One tensor of the file.
   *
   * @param dtype as the file writes it, for example {@code BF16} or {@code I64}
   * @param begin first byte, counted from the start of the data
   * @param end byte after the last
   */
  public record Entry(String name, String dtype, List<Long> shape, long begin, long end) {}

  /**
   * Opens a file and checks its whole header.
   *
   * @throws ModelFormatException naming the file and what is wrong with it
   */
  public static SafetensorsFile open(Path path) {
    RandomAccess file = RandomAccess.open(path);
    try {
      return new SafetensorsFile(file, SafetensorsHeader.read(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The file. */
  public Path path() {
    return file.path();
  }

  /** All tensors by name, in the order of their bytes. */
  public Map<String, Entry> entries() {
    return header.entries();
  }

  /** The free text pairs of {@code __metadata__}; empty if there are none. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Where the data begins: 8 plus the length of the header. */
  public long dataOffset() {
    return header.dataOffset();
  }

  /**
   * Reads a whole tensor as doubles; for small tensors such as a language space.
   *
   * @return the elements in C order; exact for F64, F32, F16 and BF16
   */
  public double[] readDoubles(String name) {
    StoredTensor t = tensor(name);
    int count = Math.toIntExact(t.info().elements());
    double[] out = new double[count];
    if (t.dtype() == DType.F64) {
      try (RandomAccess.Piece piece = t.file().piece(t.offset(), Math.multiplyExact(8, count))) {
        piece.buffer().asDoubleBuffer().get(out);
      }
      return out;
    }
    float[] floats = readFloats(name);
    for (int i = 0; i < count; i++) {
      out[i] = floats[i];
    }
    return out;
  }

  /** Reads a whole tensor, widened or rounded to floats, in C order; for small tensors. */
  public float[] readFloats(String name) {
    StoredTensor t = tensor(name);
    int count = Math.toIntExact(t.info().elements());
    float[] out = new float[count];
    try (RandomAccess.Piece piece = t.file().piece(t.offset(), Math.toIntExact(t.bytes()))) {
      FloatDecoder.decode(t.dtype(), piece.buffer(), 0, out, 0, count);
    }
    return out;
  }

  @Override
  public void close() {
    file.close();
  }

  /**
   * Copies the file byte for byte, but for some tensors.
   *
   * @param replaced sources by name that yield as many bytes as the tensor has
   */
  public void copyTo(FileChannel target, Map<String, TensorSource> replaced) throws IOException {
    file.transferTo(target, 0, dataOffset());
    copyTensors(target, replaced, e -> e.end() - e.begin());
  }

  private void copyTensors(
      FileChannel target, Map<String, TensorSource> replaced, ToLongFunction<Entry> bytes)
      throws IOException {
    for (Entry e : entries().values()) {
      long begin = target.position();
      TensorSource other = replaced.get(e.name());
      if (other == null) {
        file.transferTo(target, dataOffset() + e.begin(), e.end() - e.begin());
      } else {
        other.writeTo(target);
      }
      requireWritten(e.name(), bytes.applyAsLong(e), target.position() - begin);
    }
  }

  /**
   * Copies the file but for some tensors, which get another element type; the header is made anew,
   * with the same tensors in the same order.
   *
   * @param replaced sources by name, which yield elements of the type
   * @param type F32, F16 or BF16
   */
  public void copyTo(FileChannel target, Map<String, TensorSource> replaced, DType type)
      throws IOException {
    SafetensorsHead head = new SafetensorsHead(metadata());
    for (Entry e : entries().values()) {
      boolean other = replaced.containsKey(e.name());
      head.add(e.name(), other ? type.name() : e.dtype(), e.shape(), bytes(e, other, type));
    }
    AtomicFile.writeFully(target, head.bytes());
    copyTensors(target, replaced, e -> bytes(e, replaced.containsKey(e.name()), type));
  }

  private static long bytes(Entry e, boolean replaced, DType type) {
    long elements = e.shape().stream().reduce(1L, Math::multiplyExact);
    return replaced ? Math.multiplyExact(elements, (long) type.blockBytes()) : e.end() - e.begin();
  }

  private static void requireWritten(String name, long expected, long written) throws IOException {
    if (written != expected) {
      throw new IOException(
          String.format(
              Locale.ROOT, "%s takes %d bytes, but %d were written", name, expected, written));
    }
  }

  /** The place of a floating-point tensor. */
  StoredTensor tensor(String name) {
    Entry e = header.entries().get(name);
    if (e == null) {
      throw new ModelFormatException(
          path() + " has no tensor " + name + "." + Suggestions.near(name, entries().keySet()));
    }
    DType dtype = SafetensorsHeader.floatType(e.dtype());
    if (dtype == null) {
      throw new ModelFormatException(
          path() + ": " + name + " holds " + e.dtype() + ", not floating-point numbers");
    }
    return new StoredTensor(
        new TensorInfo(name, dtype, e.shape()), file, dataOffset() + e.begin(), 0);
  }
}
