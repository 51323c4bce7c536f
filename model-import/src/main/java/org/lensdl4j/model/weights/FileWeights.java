package org.lensdl4j.model.weights;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.Suggestions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weights in one or several files. Reading widens about a million elements at a time on the host,
 * checks that they are finite and copies them into the array, so that nothing but the array itself
 * takes memory.
 */
final class FileWeights implements Weights {
  private static final int CHUNK = 1 << 20;

  private final String source;
  private final Map<String, StoredTensor> stored = new LinkedHashMap<>();
  private final Map<String, TensorInfo> infos;
  private final List<AutoCloseable> files;
  private String hash;

  /**
   * Takes ownership of the files.
   *
   * @param source how messages name these weights
   */
  FileWeights(String source, Collection<StoredTensor> tensors, List<AutoCloseable> files) {
    this.source = source;
    this.files = List.copyOf(files);
    Map<String, TensorInfo> byName = new LinkedHashMap<>();
    for (StoredTensor t : tensors) {
      stored.put(t.info().name(), t);
      byName.put(t.info().name(), t.info());
    }
    infos = java.util.Collections.unmodifiableMap(byName);
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return infos;
  }

  @Override
  public INDArray read(String name) {
    StoredTensor t = find(name);
    long[] shape = t.info().shape().stream().mapToLong(Long::longValue).toArray();
    INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', shape);
    return fill(t, out);
  }

  @Override
  public void readInto(String name, INDArray target) {
    StoredTensor t = find(name);
    HostArrays.requireContiguous(target, "reading " + name);
    if (target.length() != t.info().elements()) {
      throw new IllegalArgumentException(
          name + " has " + t.info().elements() + " elements, the array " + target.length());
    }
    copy(t, 0, t.rows(), target, 0);
  }

  @Override
  public INDArray readRows(String name, int[] rows) {
    StoredTensor t = find(name);
    if (t.info().shape().size() != 2) {
      throw new IllegalArgumentException(name + " is not a matrix: " + t.info().shape());
    }
    for (int row : rows) {
      if (row < 0 || row >= t.rows()) {
        throw new IndexOutOfBoundsException(name + " has rows 0.." + (t.rows() - 1) + ": " + row);
      }
    }
    INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows.length, t.columns());
    try {
      for (int i = 0; i < rows.length; i++) {
        copy(t, rows[i], rows[i] + 1L, out, i * t.columns());
      }
      return out;
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
  }

  @Override
  public synchronized String hash() {
    if (hash == null) {
      WeightHash digest = new WeightHash();
      for (StoredTensor t : new TreeMap<>(stored).values()) {
        digest.add(t.info());
        for (long at = 0; at < t.bytes(); at += CHUNK * 16L) {
          int length = (int) Math.min(CHUNK * 16L, t.bytes() - at);
          try (RandomAccess.Piece piece = t.file().piece(t.offset() + at, length)) {
            digest.add(piece.buffer());
          }
        }
      }
      hash = digest.hex();
    }
    return hash;
  }

  @Override
  public void close() {
    for (AutoCloseable file : files) {
      try {
        file.close();
      } catch (Exception e) {
        throw new IllegalStateException("Cannot close the files of " + source, e);
      }
    }
  }

  private StoredTensor find(String name) {
    StoredTensor t = stored.get(name);
    if (t == null) {
      throw new ModelFormatException(
          source + " has no tensor " + name + "." + Suggestions.near(name, stored.keySet()));
    }
    return t;
  }

  private INDArray fill(StoredTensor t, INDArray out) {
    try {
      copy(t, 0, t.rows(), out, 0);
      return out;
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
  }

  /** Widens the rows from..to-1 into the target, from its element {@code at} on. */
  private static void copy(StoredTensor t, long from, long to, INDArray target, long at) {
    if (t.pairedRows() > 0) {
      copyPaired(t, from, to, target, at);
      return;
    }
    if (t.transposed()) {
      copyTransposed(t, from, to, target, at);
      return;
    }
    // Not bound to rows, which may be longer than a chunk: whole blocks are all that is needed.
    long first = from * t.columns();
    long count = (to - from) * t.columns();
    float[] values = new float[(int) Math.min(count, CHUNK)];
    int block = t.dtype().blockElements();
    for (long done = 0; done < count; done += values.length) {
      int n = (int) Math.min(values.length, count - done);
      long byteOffset = (first + done) / block * t.dtype().blockBytes();
      int bytes = n / block * t.dtype().blockBytes();
      try (RandomAccess.Piece piece = t.file().piece(t.offset() + byteOffset, bytes)) {
        FloatDecoder.decode(t.dtype(), piece.buffer(), 0, values, 0, n);
      }
      FiniteCheck.check(t, first + done, values, n);
      for (int i = 0; t.added() != 0 && i < n; i++) {
        values[i] -= t.added();
      }
      HostArrays.put(target, at + done, values, 0, n);
    }
  }

  /** As above for a matrix whose columns the file holds as rows: it is widened whole. */
  private static void copyTransposed(StoredTensor t, long from, long to, INDArray target, long at) {
    int rows = Math.toIntExact(t.rows());
    int columns = Math.toIntExact(t.columns());
    float[] stored = new float[Math.multiplyExact(rows, columns)];
    try (RandomAccess.Piece piece = t.file().piece(t.offset(), Math.toIntExact(t.bytes()))) {
      FloatDecoder.decode(t.dtype(), piece.buffer(), 0, stored, 0, stored.length);
    }
    FiniteCheck.check(t, 0, stored, stored.length);
    float[] row = new float[columns];
    for (long r = from; r < to; r++) {
      for (int c = 0; c < columns; c++) {
        row[c] = stored[c * rows + (int) r];
      }
      HostArrays.put(target, at + (r - from) * columns, row, 0, columns);
    }
  }

  /** As above for rows that the file holds in another order: one head at a time is mapped. */
  private static void copyPaired(StoredTensor t, long from, long to, INDArray target, long at) {
    int columns = Math.toIntExact(t.columns());
    int rowBytes = Math.toIntExact(t.rowBytes());
    for (long row = from; row < to; ) {
      long head = row / t.pairedRows() * t.pairedRows();
      int rows = (int) (Math.min(to, head + t.pairedRows()) - row);
      float[] values = new float[Math.multiplyExact(rows, columns)];
      int bytes = Math.multiplyExact(t.pairedRows(), rowBytes);
      try (RandomAccess.Piece piece = t.file().piece(t.offset() + head * rowBytes, bytes)) {
        ByteBuffer in = piece.buffer();
        for (int i = 0; i < rows; i++) {
          int source = (int) (t.storedRow(row + i) - head) * rowBytes;
          FloatDecoder.decode(t.dtype(), in, source, values, i * columns, columns);
        }
      }
      FiniteCheck.check(t, row * columns, values, values.length);
      HostArrays.put(target, at + (row - from) * columns, values, 0, values.length);
      row += rows;
    }
  }
}
