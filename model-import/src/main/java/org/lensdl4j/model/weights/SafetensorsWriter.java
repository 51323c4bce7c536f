package org.lensdl4j.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.model.base.AtomicFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a safetensors file tensor by tensor, in the order in which they were added; only the
 * current tensor is in memory. The file appears under its name when it is complete.
 *
 * <pre>{@code
 * new SafetensorsWriter()
 *     .metadata(Map.of("format", "pt"))
 *     .add("mean", new long[] {30, 7, 576}, values)
 *     .write(Path.of("space.safetensors"));
 * }</pre>
 */
public final class SafetensorsWriter {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private record Tensor(DType dtype, long[] shape, long bytes, TensorSource source) {}

  /** Adds text pairs to {@code __metadata__}. */
  public SafetensorsWriter metadata(Map<String, String> pairs) {
    metadata.putAll(pairs);
    return this;
  }

  /** Adds a tensor of F64; the array must not change until the file is written. */
  public SafetensorsWriter add(String name, long[] shape, double[] values) {
    ByteBuffer bytes = buffer(name, shape, values.length, DType.F64);
    bytes.asDoubleBuffer().put(values);
    return add(name, DType.F64, shape, c -> AtomicFile.writeFully(c, bytes.duplicate()));
  }

  /** Adds a tensor of F32. */
  public SafetensorsWriter add(String name, long[] shape, float[] values) {
    ByteBuffer bytes = buffer(name, shape, values.length, DType.F32);
    bytes.asFloatBuffer().put(values);
    return add(name, DType.F32, shape, c -> AtomicFile.writeFully(c, bytes.duplicate()));
  }

  /** Adds an array (FLOAT, C order, without gaps) as F32; it is read when the file is written. */
  public SafetensorsWriter add(String name, INDArray values) {
    return add(name, DType.F32, values.shape(), TensorSource.of(values, DType.F32));
  }

  /**
   * Adds a tensor whose bytes come later.
   *
   * @param dtype F64, F32, F16 or BF16
   */
  public SafetensorsWriter add(String name, DType dtype, long[] shape, TensorSource source) {
    if (dtype.isQuantised()) {
      throw new IllegalArgumentException("Safetensors has no " + dtype + " for " + name);
    }
    if (name.equals("__metadata__")) {
      throw new IllegalArgumentException("No tensor can be called __metadata__");
    }
    long bytes = Math.multiplyExact(elements(shape), (long) dtype.blockBytes());
    if (tensors.putIfAbsent(name, new Tensor(dtype, shape.clone(), bytes, source)) != null) {
      throw new IllegalArgumentException("There is a tensor " + name + " already");
    }
    return this;
  }

  /** The size of the file, about: without the header. */
  public long dataBytes() {
    return tensors.values().stream().mapToLong(Tensor::bytes).sum();
  }

  /**
   * Writes the file.
   *
   * @throws java.io.UncheckedIOException naming the file; a file that was there is then unchanged
   */
  public void write(Path file) {
    AtomicFile.write(file, this::writeTo);
  }

  private void writeTo(FileChannel channel) throws IOException {
    AtomicFile.writeFully(channel, header());
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
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
  }

  private ByteBuffer header() throws JsonProcessingException {
    SafetensorsHead head = new SafetensorsHead(metadata);
    tensors.forEach(
        (name, t) ->
            head.add(name, t.dtype().name(), Arrays.stream(t.shape()).boxed().toList(), t.bytes()));
    return head.bytes();
  }

  private static ByteBuffer buffer(String name, long[] shape, int length, DType dtype) {
    if (elements(shape) != length) {
      throw new IllegalArgumentException(
          name + " has " + length + " values for shape " + Arrays.toString(shape));
    }
    return ByteBuffer.allocate(Math.multiplyExact(length, dtype.blockBytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long elements(long[] shape) {
    long n = 1;
    for (long size : shape) {
      n = Math.multiplyExact(n, size);
    }
    return n;
  }
}
