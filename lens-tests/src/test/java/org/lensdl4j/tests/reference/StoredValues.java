package org.lensdl4j.tests.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A safetensors file of reference values. Shares no code with the reader under test, and keeps
 * doubles as doubles.
 */
public final class StoredValues {
  private final String source;
  private final JsonNode header;
  private final ByteBuffer data;

  private StoredValues(String source, byte[] bytes) {
    this.source = source;
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(all.getLong(0));
    try {
      header = new ObjectMapper().readTree(bytes, 8, length);
    } catch (IOException e) {
      throw new UncheckedIOException(source, e);
    }
    data = all.slice(8 + length, bytes.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads a file of this module's test resources, named from {@code /reference/}. */
  public static StoredValues resource(String name) {
    try (InputStream in = StoredValues.class.getResourceAsStream("/reference/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "there are no reference values " + name + "; src/test/python/README.md makes them");
      }
      return new StoredValues(name, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a file. */
  public static StoredValues file(Path file) {
    try {
      return new StoredValues(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the tensors that begin with a prefix. */
  public List<String> names(String prefix) {
    List<String> out = new ArrayList<>();
    header
        .fieldNames()
        .forEachRemaining(
            n -> {
              if (n.startsWith(prefix) && !n.equals("__metadata__")) {
                out.add(n);
              }
            });
    return out;
  }

  /** A value of the metadata. */
  public String meta(String key) {
    JsonNode value = header.path("__metadata__").path(key);
    if (value.isMissingNode()) {
      throw new IllegalArgumentException(source + " has no metadata " + key);
    }
    return value.asText();
  }

  /** The shape of a tensor. */
  public long[] shape(String name) {
    List<Long> out = new ArrayList<>();
    entry(name).path("shape").forEach(n -> out.add(n.asLong()));
    return out.stream().mapToLong(Long::longValue).toArray();
  }

  /** All values of a tensor in C order. */
  public double[] values(String name) {
    JsonNode entry = entry(name);
    int from = entry.path("data_offsets").path(0).asInt();
    int to = entry.path("data_offsets").path(1).asInt();
    ByteBuffer part = data.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    String dtype = entry.path("dtype").asText();
    double[] out = new double[(to - from) / (dtype.equals("F64") ? 8 : 4)];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          switch (dtype) {
            case "F64" -> part.getDouble(8 * i);
            case "F32" -> part.getFloat(4 * i);
            case "I32" -> part.getInt(4 * i);
            default -> throw new IllegalArgumentException(source + ": " + name + " is " + dtype);
          };
    }
    return out;
  }

  /** One block of a tensor along its first axes: {@code part("hidden", 3)} is {@code hidden[3]}. */
  public double[] part(String name, int... indices) {
    long[] shape = shape(name);
    int size = 1;
    for (int i = indices.length; i < shape.length; i++) {
      size *= (int) shape[i];
    }
    int at = 0;
    for (int i = 0; i < indices.length; i++) {
      at = at * (int) shape[i] + indices[i];
    }
    double[] out = new double[size];
    System.arraycopy(values(name), at * size, out, 0, size);
    return out;
  }

  /** A tensor of whole numbers. */
  public int[] ints(String name) {
    double[] values = values(name);
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) values[i];
    }
    return out;
  }

  /** Sequences that lie one behind the other in {@code name.ids}, with {@code name.lengths}. */
  public List<int[]> sequences(String name) {
    int[] ids = ints(name + ".ids");
    List<int[]> out = new ArrayList<>();
    int at = 0;
    for (int length : ints(name + ".lengths")) {
      out.add(java.util.Arrays.copyOfRange(ids, at, at + length));
      at += length;
    }
    return out;
  }

  private JsonNode entry(String name) {
    JsonNode entry = header.path(name);
    if (entry.isMissingNode()) {
      throw new IllegalArgumentException(source + " has no tensor " + name);
    }
    return entry;
  }
}
