package org.lensdl4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * A GGUF file of version 2 or 3, little-endian, open for reading:
 *
 * <pre>
 * file   = "GGUF" version:u32 tensors:u64 pairs:u64 pair* tensor* padding data
 * pair   = key:string type:u32 value
 * tensor = name:string rank:u32 dimension:u64* type:u32 offset:u64     (innermost dimension first)
 * string = length:u64 bytes
 * </pre>
 *
 * Data begins at, and tensors lie at, multiples of {@code general.alignment} (32).
 *
 * <p>Where a file is one part of a split one, all parts are open, as if they were one: the pairs
 * are those of the first, without the keys that number the parts.
 */
public final class GgufFile implements AutoCloseable {
  private static final int MAGIC = 0x46554747;
  private static final int MAX_RANK = 4;
  private static final int COPY_BYTES = 16 << 20;

  private static final String PART_KEYS = "split.";

  private final RandomAccess file;
  private final GgufMetadata metadata;
  private final Map<String, Tensor> tensors;
  private final Map<String, Span> pairs;
  private final Map<String, GgufFile> elsewhere = new HashMap<>();
  private List<GgufFile> others = List.of();

  /** Where a pair's type and value lie. */
  private record Span(long from, long to) {}

  private GgufFile(
      RandomAccess file,
      GgufMetadata metadata,
      Map<String, Tensor> tensors,
      Map<String, Span> pairs) {
    this.pairs = pairs;
    this.file = file;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * One tensor under the name that the file gives it.
   *
   * @param shape outermost dimension first, the reverse of the file's order
   * @param offset first byte in the file, or in the part of a split file that holds it
   * @param bytes size in the file
   */
  public record Tensor(String name, DType dtype, List<Long> shape, long offset, long bytes) {}

  /**
   * Opens a file, with all other parts if it is one of several, and checks their whole headers.
   *
   * @throws ModelFormatException naming the file and what is wrong with it
   */
  public static GgufFile open(Path path) {
    List<GgufFile> parts = GgufParts.with(openOne(path));
    return parts.size() == 1 ? parts.get(0) : joined(parts);
  }

  private static GgufFile joined(List<GgufFile> parts) {
    GgufFile first = parts.get(0);
    Map<String, Object> values = new LinkedHashMap<>(first.metadata.asMap());
    values.keySet().removeIf(key -> key.startsWith(PART_KEYS));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parts.forEach(part -> tensors.putAll(part.tensors));
    GgufFile out =
        new GgufFile(
            first.file,
            new GgufMetadata(first.metadata.source(), values),
            Collections.unmodifiableMap(tensors),
            first.pairs);
    out.others = List.copyOf(parts.subList(1, parts.size()));
    out.others.forEach(part -> part.tensors.keySet().forEach(n -> out.elsewhere.put(n, part)));
    return out;
  }

  /** A file alone, whole or a part. */
  static GgufFile openOne(Path path) {
    RandomAccess file = RandomAccess.open(path);
    try {
      return read(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The file, or the first part. */
  public Path path() {
    return file.path();
  }

  /** The file, or all parts in their order. */
  public List<Path> paths() {
    List<Path> out = new ArrayList<>(List.of(path()));
    others.forEach(part -> out.add(part.path()));
    return out;
  }

  /** The key/value pairs. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /**
   * A pair as the file writes it: the type's number, then the value.
   *
   * @throws ModelFormatException if there is no such key
   */
  public byte[] encodedPair(String key) {
    Span span = pairs.get(key);
    if (span == null) {
      throw new ModelFormatException(path() + " has no key " + key);
    }
    byte[] out = new byte[Math.toIntExact(span.to() - span.from())];
    try (RandomAccess.Piece piece = file.piece(span.from(), out.length)) {
      piece.buffer().get(out);
    }
    return out;
  }

  /** The bytes of a tensor as they lie in the file. */
  public TensorSource encodedTensor(String name) {
    Tensor t = tensors.get(name);
    if (t == null) {
      throw new ModelFormatException(path() + " has no tensor " + name);
    }
    return channel -> {
      for (long at = 0; at < t.bytes(); at += COPY_BYTES) {
        int n = (int) Math.min(COPY_BYTES, t.bytes() - at);
        try (RandomAccess.Piece piece = file(name).piece(t.offset() + at, n)) {
          AtomicFile.writeFully(channel, piece.buffer());
        }
      }
    };
  }

  /** All tensors by the file's own names, in the file's order. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Reads a whole tensor, widened to floats, in C order; for small tensors. */
  public float[] readFloats(String name) {
    Tensor t = tensors.get(name);
    if (t == null) {
      throw new ModelFormatException(path() + " has no tensor " + name);
    }
    int bytes = Math.toIntExact(t.bytes());
    float[] out =
        new float
            [Math.toIntExact(bytes / t.dtype().blockBytes() * (long) t.dtype().blockElements())];
    try (RandomAccess.Piece piece = file(name).piece(t.offset(), bytes)) {
      FloatDecoder.decode(t.dtype(), piece.buffer(), 0, out, 0, out.length);
    }
    return out;
  }

  @Override
  public void close() {
    file.close();
    others.forEach(GgufFile::close);
  }

  /** Where a tensor's bytes are. */
  RandomAccess file(String tensor) {
    GgufFile part = elsewhere.get(tensor);
    return part == null ? file : part.file;
  }

  private static GgufFile read(RandomAccess file) {
    int mapped = (int) Math.min(file.size(), RandomAccess.MAX_PIECE);
    try (RandomAccess.Piece piece = file.piece(0, mapped)) {
      GgufCursor in = new GgufCursor(file.path(), piece.buffer(), file.size());
      if (file.size() < 24 || in.u32("the magic number") != MAGIC) {
        throw in.bad(
            "is not a GGUF file: it does not begin with 'GGUF'" + ForeignFiles.hint(file.path()));
      }
      int version = in.u32("the version");
      if (version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3)) {
        throw in.bad("is a big-endian GGUF file; only little-endian ones are supported");
      }
      if (version != 2 && version != 3) {
        throw in.bad("has GGUF version " + version + "; 2 and 3 are supported");
      }
      int tensorCount = in.count("tensors", 32);
      int pairCount = in.count("key/value pairs", 13);
      Map<String, Object> pairs = new LinkedHashMap<>();
      Map<String, Span> spans = new LinkedHashMap<>();
      for (int i = 0; i < pairCount; i++) {
        String key = in.string("key " + i);
        long from = in.position();
        if (pairs.put(key, in.value(in.u32(key), key, 0)) != null) {
          throw in.bad("has key " + key + " twice");
        }
        spans.put(key, new Span(from, in.position()));
      }
      GgufMetadata metadata = new GgufMetadata(file.path().toString(), pairs);
      return new GgufFile(file, metadata, tensors(in, file.size(), tensorCount, metadata), spans);
    }
  }

  private static Map<String, Tensor> tensors(
      GgufCursor in, long fileSize, int count, GgufMetadata metadata) {
    long alignment = metadata.integer("general.alignment").orElse(32L);
    if (alignment < 1 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
      throw in.bad("has general.alignment " + alignment + ", not a small power of two");
    }
    List<Tensor> relative = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      relative.add(tensor(in, i, alignment));
    }
    long dataStart = (in.position() + alignment - 1) / alignment * alignment;
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (Tensor t : relative) {
      if (t.offset() > fileSize - dataStart || t.bytes() > fileSize - dataStart - t.offset()) {
        throw in.bad(
            String.format(
                Locale.ROOT,
                "should hold %d bytes of tensor %s at %d, but ends at %d: truncated",
                t.bytes(),
                t.name(),
                dataStart + t.offset(),
                fileSize));
      }
      Tensor placed = new Tensor(t.name(), t.dtype(), t.shape(), dataStart + t.offset(), t.bytes());
      if (out.put(t.name(), placed) != null) {
        throw in.bad("has tensor " + t.name() + " twice");
      }
    }
    requireDisjoint(in, out);
    return Collections.unmodifiableMap(out);
  }

  private static Tensor tensor(GgufCursor in, int index, long alignment) {
    String name = in.string("the name of tensor " + index);
    int rank = in.u32("the rank of " + name);
    if (rank < 1 || rank > MAX_RANK) {
      throw in.bad("has tensor " + name + " of rank " + Integer.toUnsignedString(rank));
    }
    List<Long> shape = new ArrayList<>();
    long elements = 1;
    for (int i = 0; i < rank; i++) {
      long size = in.u64("the shape of " + name);
      if (size < 1 || elements > Long.MAX_VALUE / 8 / size) {
        throw in.bad("has tensor " + name + " of impossible size " + Long.toUnsignedString(size));
      }
      elements *= size;
      shape.add(0, size);
    }
    DType dtype = GgufTypes.of(in.u32("the type of " + name), name, in);
    long row = shape.get(rank - 1);
    if (row % dtype.blockElements() != 0) {
      throw in.bad(
          String.format(
              Locale.ROOT,
              "has tensor %s with rows of %d elements, not a multiple of %s's block of %d",
              name,
              row,
              dtype,
              dtype.blockElements()));
    }
    long offset = in.u64("the offset of " + name);
    if (offset < 0 || offset % alignment != 0) {
      throw in.bad(
          String.format(
              Locale.ROOT,
              "has tensor %s at offset %s, not a multiple of %d",
              name,
              Long.toUnsignedString(offset),
              alignment));
    }
    long bytes = elements / dtype.blockElements() * dtype.blockBytes();
    return new Tensor(name, dtype, List.copyOf(shape), offset, bytes);
  }

  private static void requireDisjoint(GgufCursor in, Map<String, Tensor> tensors) {
    List<Tensor> sorted = new ArrayList<>(tensors.values());
    sorted.sort(java.util.Comparator.comparingLong(Tensor::offset));
    for (int i = 1; i < sorted.size(); i++) {
      Tensor before = sorted.get(i - 1);
      if (before.offset() + before.bytes() > sorted.get(i).offset()) {
        throw in.bad("has tensors that overlap: " + before.name() + ", " + sorted.get(i).name());
      }
    }
  }
}
