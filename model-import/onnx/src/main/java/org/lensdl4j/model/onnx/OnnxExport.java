package org.lensdl4j.model.onnx;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.DiskSpace;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.OutputInUseException;
import org.lensdl4j.model.base.Suggestions;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.TensorSource;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes an ONNX file again with other values of some weights. Every other byte is that of the
 * source, the graph, its names and the order of everything among them: what reads the source reads
 * the copy. Weights in data files stay in data files, which lie beside the copy under their names.
 *
 * <pre>{@code
 * OnnxExport.of(model.file()).changed(trained).write(Path.of("out/encoder.onnx"));
 * }</pre>
 */
public final class OnnxExport {
  private static final Map<TensorProto.DataType, DType> TYPES =
      Map.of(
          TensorProto.DataType.FLOAT, DType.F32,
          TensorProto.DataType.FLOAT16, DType.F16,
          TensorProto.DataType.BFLOAT16, DType.BF16);

  private static final int CHUNK = 1 << 16;

  private final Path source;
  private final Map<String, INDArray> changed = new LinkedHashMap<>();

  private OnnxExport(Path source) {
    this.source = source;
  }

  /** An export with nothing changed yet. */
  public static OnnxExport of(Path source) {
    return new OnnxExport(source);
  }

  /**
   * Weights with other values.
   *
   * @param arrays FLOAT in C order, by the names and of the sizes that the file has; they stay the
   *     caller's and must not change until the file is written
   */
  public OnnxExport changed(Map<String, INDArray> arrays) {
    changed.putAll(arrays);
    return this;
  }

  /**
   * Writes the file with what was trained of the same encoder as a Hugging Face directory.
   *
   * @param original the weights before training: the file has to hold the same, in 32 bits
   * @param trained FLOAT in C order, by the names of {@code original}; stay the caller's
   * @throws ModelFormatException as {@link #write(Path)}, and naming the weight if the file does
   *     not hold {@code original}'s value of it
   */
  public static void write(
      Path source, Weights original, Map<String, INDArray> trained, Path output) {
    Map<String, INDArray> renamed = new LinkedHashMap<>();
    List<INDArray> turned = new ArrayList<>();
    try {
      OnnxWeights same = new OnnxWeights(source);
      trained.forEach(
          (name, array) -> {
            OnnxNames.Stored stored = same.find(name, original);
            INDArray now = stored.turned() ? array.transpose().dup('c') : array;
            if (stored.turned()) {
              turned.add(now);
            }
            renamed.put(stored.tensor().getName(), now);
          });
      of(source).changed(renamed).write(output);
    } finally {
      turned.forEach(INDArray::close);
    }
  }

  /** A changed tensor and where it goes. */
  private record Patch(long from, DType type, INDArray values) {}

  /**
   * Writes the file.
   *
   * @param output a new file; with data files, in a folder that has none of these
   * @throws ModelFormatException naming the weight, if the file has none of that name, of other
   *     sizes or of a type that is not a float's (8-bit weights are not rounded again: their scales
   *     are part of the graph), or if its values are not finite in the file's type; nothing is then
   *     written
   * @throws OutputInUseException if there is a file already
   */
  public void write(Path output) {
    if (Files.exists(output)) {
      throw new OutputInUseException("There is a file " + output + " already");
    }
    ModelProto model = OnnxFile.read(source);
    OnnxTensors tensors = new OnnxTensors(source);
    Map<String, List<Patch>> external = new TreeMap<>();
    dataFiles(model, tensors).forEach(name -> external.put(name, new ArrayList<>()));
    List<Patch> inner = new ArrayList<>();
    Map<String, OnnxInitializers.Place> places = OnnxInitializers.find(source);
    changed.forEach((name, array) -> plan(name, array, places, tensors, inner, external));

    Path folder = output.toAbsolutePath().getParent();
    for (String location : external.keySet()) {
      if (Files.exists(folder.resolve(location))) {
        throw new OutputInUseException(
            String.format(
                Locale.ROOT,
                "There is a data file %s already: %s needs a folder of its own",
                folder.resolve(location),
                output));
      }
    }
    DiskSpace.require(output, size(external));
    external.forEach((l, p) -> copy(source.resolveSibling(l), folder.resolve(l), p));
    copy(source, output, inner);
  }

  private void plan(
      String name,
      INDArray array,
      Map<String, OnnxInitializers.Place> places,
      OnnxTensors tensors,
      List<Patch> inner,
      Map<String, List<Patch>> external) {
    String what = "weight '" + name + "'";
    OnnxInitializers.Place place = places.get(name);
    if (place == null) {
      throw refused(
          what, "the file has no weight of that name." + Suggestions.near(name, places.keySet()));
    }
    TensorProto t = place.tensor();
    HostArrays.requireContiguous(array, "writing " + name);
    long[] sizes = t.getDimsList().stream().mapToLong(Long::longValue).toArray();
    if (!Arrays.equals(sizes, array.shape())) {
      throw refused(
          what,
          String.format(
              Locale.ROOT,
              "found %s, expected %s as in the file",
              Arrays.toString(array.shape()),
              t.getDimsList()));
    }
    TensorProto.DataType stored = TensorProto.DataType.forNumber(t.getDataType());
    DType type = stored == null ? null : TYPES.get(stored);
    if (type == null) {
      throw refused(
          what,
          String.format(
              Locale.ROOT,
              "found %s, expected FLOAT, FLOAT16 or BFLOAT16: a quantised file cannot take trained weights; export the one it was made from, and quantise again",
              stored));
    }
    requireFinite(what, array, type);
    long length = Math.multiplyExact(array.length(), (long) OnnxTensors.width(t.getDataType()));
    if (t.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      OnnxTensors.Extern spot = tensors.place(t, length, what);
      external.get(spot.location()).add(new Patch(spot.from(), type, array));
    } else if (place.from() >= 0 && place.bytes() == length) {
      inner.add(new Patch(place.from(), type, array));
    } else {
      throw refused(what, "its values do not stand in the file as plain bytes");
    }
  }

  private void requireFinite(String what, INDArray array, DType type) {
    // From here on 16 bits round to infinity.
    float limit =
        switch (type) {
          case F16 -> 65520;
          case BF16 -> Float.intBitsToFloat(0x7f7f8000);
          default -> Float.POSITIVE_INFINITY;
        };
    float[] values = new float[(int) Math.min(CHUNK, array.length())];
    for (long at = 0; at < array.length(); at += values.length) {
      int n = (int) Math.min(values.length, array.length() - at);
      HostArrays.get(array, at, values, 0, n);
      for (int i = 0; i < n; i++) {
        if (!(Math.abs(values[i]) < limit)) {
          throw refused(
              what,
              String.format(
                  Locale.ROOT,
                  "found %s at element %d, which %s cannot hold",
                  values[i],
                  at + i,
                  type));
        }
      }
    }
  }

  /** Names of all data files, of weights and of constants. */
  private static List<String> dataFiles(ModelProto model, OnnxTensors tensors) {
    List<TensorProto> all = new ArrayList<>(model.getGraph().getInitializerList());
    for (NodeProto node : model.getGraph().getNodeList()) {
      node.getAttributeList().stream().filter(a -> a.hasT()).forEach(a -> all.add(a.getT()));
    }
    return all.stream()
        .filter(t -> t.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
        .map(t -> tensors.location(t, "weight '" + t.getName() + "'"))
        .distinct()
        .toList();
  }

  private long size(Map<String, List<Patch>> external) {
    try {
      long size = Files.size(source);
      for (String location : external.keySet()) {
        size += Files.size(source.resolveSibling(location));
      }
      return size;
    } catch (IOException e) {
      throw new ModelFormatException(source + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void copy(Path from, Path to, List<Patch> patches) {
    AtomicFile.write(
        to,
        channel -> {
          try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            long size = in.size();
            for (long at = 0; at < size; ) {
              long n = in.transferTo(at, size - at, channel);
              if (n <= 0) {
                throw new IOException(from + " became shorter while it was read");
              }
              at += n;
            }
          }
          for (Patch p : patches) {
            channel.position(p.from());
            TensorSource.of(p.values(), p.type()).writeTo(channel);
          }
        });
  }

  private ModelFormatException refused(String what, String why) {
    return new ModelFormatException(String.format(Locale.ROOT, "%s: %s: %s", source, what, why));
  }
}
