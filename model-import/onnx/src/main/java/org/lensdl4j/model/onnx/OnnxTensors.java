package org.lensdl4j.model.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.Halves;
import org.lensdl4j.model.weights.HostArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tensors stored in an ONNX file, or in data files of its folder. A tensor's size is compared with
 * the bytes that are there before memory is allocated for it. 16-bit floats become FLOAT, and 8-bit
 * integers too: they are operands of quantised products, which are computed in FLOAT.
 */
final class OnnxTensors {
  private static final int CHUNK = 1 << 16;
  private static final int MAX_RANK = 8;
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final Path file;

  OnnxTensors(Path file) {
    this.file = file;
  }

  /** The type that SameDiff computes in for an ONNX element type. */
  DataType type(int elementType, String what) {
    TensorProto.DataType t = TensorProto.DataType.forNumber(elementType);
    if (t != null) {
      switch (t) {
        case FLOAT, FLOAT16, BFLOAT16, INT8, UINT8:
          return DataType.FLOAT;
        case DOUBLE:
          return DataType.DOUBLE;
        case INT32:
          return DataType.INT;
        case INT64:
          return DataType.LONG;
        case BOOL:
          return DataType.BOOL;
        default:
          break;
      }
    }
    throw new ModelFormatException(
        String.format(
            Locale.ROOT,
            "%s: %s: found element type %s, expected FLOAT, FLOAT16, BFLOAT16, DOUBLE, INT8, UINT8, INT32, INT64 or BOOL",
            file,
            what,
            t == null ? elementType : t));
  }

  /** The array of a tensor. */
  INDArray read(TensorProto tensor, String what) {
    DataType type = type(tensor.getDataType(), what);
    long elements = elements(tensor, what);
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    if (elements > MAX_ELEMENTS) {
      throw damage(what, "found " + elements + " values, expected at most " + MAX_ELEMENTS);
    }
    if (elements == 0) {
      return Nd4j.empty(type);
    }
    boolean raw =
        !tensor.getRawData().isEmpty()
            || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    INDArray flat =
        raw
            ? fromBytes(bytes(tensor, elements, what), tensor.getDataType(), (int) elements)
            : fromLists(tensor, (int) elements);
    return shape.length == 0 ? flat.reshape() : flat.reshape(shape);
  }

  private long elements(TensorProto tensor, String what) {
    if (tensor.getDimsCount() > MAX_RANK) {
      throw damage(what, "found " + tensor.getDimsCount() + " axes, expected at most " + MAX_RANK);
    }
    long elements = 1;
    for (long d : tensor.getDimsList()) {
      if (d < 0 || (d > 0 && elements > Long.MAX_VALUE / 8 / d)) {
        throw damage(what, "found sizes " + tensor.getDimsList() + ", expected sizes of a tensor");
      }
      elements *= d;
    }
    long have = have(tensor);
    if (have >= 0 && have != elements) {
      throw damage(
          what,
          String.format(
              Locale.ROOT,
              "found %d values for sizes %s, expected %d",
              have,
              tensor.getDimsList(),
              elements));
    }
    return elements;
  }

  /** The number of values that stand in the file itself, or -1 for a data file. */
  private static long have(TensorProto t) {
    if (t.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return -1;
    }
    if (!t.getRawData().isEmpty()) {
      int width = width(t.getDataType());
      long bytes = t.getRawData().size();
      return bytes % width == 0 ? bytes / width : -2;
    }
    return switch (TensorProto.DataType.forNumber(t.getDataType())) {
      case FLOAT -> t.getFloatDataCount();
      case DOUBLE -> t.getDoubleDataCount();
      case INT64 -> t.getInt64DataCount();
      default -> t.getInt32DataCount();
    };
  }

  static int width(int elementType) {
    return switch (TensorProto.DataType.forNumber(elementType)) {
      case INT64, DOUBLE -> 8;
      case FLOAT, INT32 -> 4;
      case FLOAT16, BFLOAT16 -> 2;
      default -> 1;
    };
  }

  private ByteBuffer bytes(TensorProto tensor, long elements, String what) {
    long length = Math.multiplyExact(elements, width(tensor.getDataType()));
    ByteBuffer out =
        tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
            ? external(tensor, length, what)
            : tensor.getRawData().asReadOnlyByteBuffer();
    if (out.remaining() != length) {
      throw damage(
          what,
          String.format(
              Locale.ROOT,
              "found %d bytes for sizes %s, expected %d",
              out.remaining(),
              tensor.getDimsList(),
              length));
    }
    return out.order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer external(TensorProto tensor, long length, String what) {
    Extern place = place(tensor, length, what);
    try (FileChannel channel = FileChannel.open(place.file(), StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, place.from(), length);
    } catch (IOException e) {
      throw unreadable(what, place.file(), e);
    }
  }

  /**
   * Where a tensor's values stand in a data file.
   *
   * @param location as the model says it, below its folder
   * @param from the first byte
   */
  record Extern(Path file, String location, long from) {}

  /**
   * The place of a tensor with a data file, looked at: the folder's own, and long enough.
   *
   * @param length how many bytes its sizes ask for
   */
  Extern place(TensorProto tensor, long length, String what) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto e : tensor.getExternalDataList()) {
      entries.put(e.getKey(), e.getValue());
    }
    String location = entries.getOrDefault("location", "");
    Path data = inside(location, what);
    long offset = number(entries.getOrDefault("offset", "0"), what);
    long given = number(entries.getOrDefault("length", Long.toString(length)), what);
    try {
      long size = Files.size(data);
      if (given != length || offset > size - length) {
        throw damage(
            what,
            String.format(
                Locale.ROOT,
                "found %d bytes at %d of %s, which has %d, expected %d",
                given,
                offset,
                data.getFileName(),
                size,
                length));
      }
      if (length > Integer.MAX_VALUE) {
        throw damage(what, "found " + length + " bytes, expected at most 2 GiB for one tensor");
      }
      return new Extern(data, location, offset);
    } catch (IOException e) {
      throw unreadable(what, data, e);
    }
  }

  /** The data file of a tensor, as the model says it, if it lies in the model's folder. */
  String location(TensorProto tensor, String what) {
    String location =
        tensor.getExternalDataList().stream()
            .filter(e -> e.getKey().equals("location"))
            .map(StringStringEntryProto::getValue)
            .reduce("", (a, b) -> b);
    inside(location, what);
    return location;
  }

  private ModelFormatException unreadable(String what, Path data, IOException e) {
    return new ModelFormatException(
        String.format(Locale.ROOT, "%s: %s: data file %s cannot be read: %s", file, what, data, e),
        e);
  }

  private long number(String text, String what) {
    try {
      long n = Long.parseLong(text);
      if (n >= 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // The message below says all there is to say.
    }
    throw damage(what, "found '" + text + "' as an offset in a data file, expected a number");
  }

  /** A data file, which must lie in the model's folder, links followed. */
  private Path inside(String location, String what) {
    try {
      Path folder = file.toAbsolutePath().normalize().getParent();
      Path data = folder.resolve(location).normalize();
      if (!location.isEmpty()
          && !Path.of(location).isAbsolute()
          && data.startsWith(folder)
          && Files.isRegularFile(data)
          && data.toRealPath().startsWith(folder.toRealPath())) {
        return data;
      }
    } catch (InvalidPathException | IOException e) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT, "%s: %s: data file '%s' cannot be used: %s", file, what, location, e),
          e);
    }
    throw damage(what, "found data file '" + location + "', expected a file in the model's folder");
  }

  private static INDArray fromBytes(ByteBuffer bytes, int elementType, int n) {
    switch (TensorProto.DataType.forNumber(elementType)) {
      case INT64 -> {
        long[] out = new long[n];
        bytes.asLongBuffer().get(out);
        return Nd4j.createFromArray(out);
      }
      case INT32 -> {
        int[] out = new int[n];
        bytes.asIntBuffer().get(out);
        return Nd4j.createFromArray(out);
      }
      case DOUBLE -> {
        double[] out = new double[n];
        bytes.asDoubleBuffer().get(out);
        return Nd4j.createFromArray(out);
      }
      case BOOL -> {
        boolean[] out = new boolean[n];
        for (int i = 0; i < n; i++) {
          out[i] = bytes.get(i) != 0;
        }
        return Nd4j.createFromArray(out);
      }
      default -> {
        return floats(bytes, TensorProto.DataType.forNumber(elementType), n);
      }
    }
  }

  private static INDArray floats(ByteBuffer bytes, TensorProto.DataType type, int n) {
    INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, n);
    float[] chunk = new float[Math.min(n, CHUNK)];
    for (int from = 0; from < n; from += chunk.length) {
      int count = Math.min(chunk.length, n - from);
      for (int i = 0; i < count; i++) {
        int at = from + i;
        chunk[i] =
            switch (type) {
              case FLOAT -> bytes.getFloat(4 * at);
              case FLOAT16 -> Halves.f16ToFloat(bytes.getShort(2 * at));
              case BFLOAT16 -> Halves.bf16ToFloat(bytes.getShort(2 * at));
              case INT8 -> bytes.get(at);
              default -> bytes.get(at) & 0xFF;
            };
      }
      HostArrays.put(out, from, chunk, 0, count);
    }
    return out;
  }

  private static INDArray fromLists(TensorProto t, int n) {
    switch (TensorProto.DataType.forNumber(t.getDataType())) {
      case INT64 -> {
        return Nd4j.createFromArray(
            t.getInt64DataList().stream().mapToLong(Long::longValue).toArray());
      }
      case INT32 -> {
        return Nd4j.createFromArray(
            t.getInt32DataList().stream().mapToInt(Integer::intValue).toArray());
      }
      case DOUBLE -> {
        return Nd4j.createFromArray(
            t.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray());
      }
      case BOOL -> {
        boolean[] out = new boolean[n];
        for (int i = 0; i < n; i++) {
          out[i] = t.getInt32Data(i) != 0;
        }
        return Nd4j.createFromArray(out);
      }
      default -> {
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
          out[i] = number(t, i);
        }
        return Nd4j.createFromArray(out);
      }
    }
  }

  private static float number(TensorProto t, int i) {
    return switch (TensorProto.DataType.forNumber(t.getDataType())) {
      case FLOAT -> t.getFloatData(i);
      case FLOAT16 -> Halves.f16ToFloat((short) t.getInt32Data(i));
      case BFLOAT16 -> Halves.bf16ToFloat((short) t.getInt32Data(i));
      default -> t.getInt32Data(i);
    };
  }

  private ModelFormatException damage(String what, String message) {
    return new ModelFormatException(String.format(Locale.ROOT, "%s: %s: %s", file, what, message));
  }
}
