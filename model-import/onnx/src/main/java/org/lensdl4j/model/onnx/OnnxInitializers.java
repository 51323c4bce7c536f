package org.lensdl4j.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import onnx.Onnx.TensorProto;
import org.lensdl4j.model.base.ModelFormatException;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;

/**
 * Where an ONNX file keeps the values of its initialisers: places in the file itself, which the
 * parsed objects do not know.
 */
final class OnnxInitializers {
  private static final int GRAPH = tag(7);
  private static final int INITIALIZER = tag(5);
  private static final int NAME = tag(8);
  private static final int FLOATS = tag(4);
  private static final int RAW = tag(9);

  /**
   * The values of one tensor.
   *
   * @param from place in the file of the first value's first byte, -1 where they stand in a data
   *     file or in another form
   * @param bytes how many bytes they take
   */
  record Place(TensorProto tensor, long from, long bytes) {}

  private OnnxInitializers() {}

  /** Of each initialiser, by name, in the order of the file. */
  static Map<String, Place> find(Path file) {
    List<long[]> spots = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try {
      CodedInputStream in = OnnxFile.bytes(file).newCodedInput();
      in.setSizeLimit(Integer.MAX_VALUE);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == GRAPH) {
          int limit = in.pushLimit(in.readRawVarint32());
          graph(in, spots, names);
          in.popLimit(limit);
        } else {
          in.skipField(tag);
        }
      }
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new ModelFormatException(file + ": not an ONNX file, or damaged: " + e.getMessage(), e);
    }
    Map<String, Place> out = new LinkedHashMap<>();
    List<TensorProto> tensors = OnnxFile.read(file).getGraph().getInitializerList();
    for (int i = 0; i < tensors.size(); i++) {
      TensorProto t = tensors.get(i);
      // A graph in two pieces, or a field given twice, is legal protobuf that nobody writes.
      if (tensors.size() != spots.size() || !t.getName().equals(names.get(i))) {
        throw new ModelFormatException(
            file + ": found weights in an order that cannot be followed; nothing was written");
      }
      if (out.put(t.getName(), new Place(t, spots.get(i)[0], spots.get(i)[1])) != null) {
        throw new ModelFormatException(
            String.format(Locale.ROOT, "%s: found two weights called '%s'", file, t.getName()));
      }
    }
    return out;
  }

  private static void graph(CodedInputStream in, List<long[]> spots, List<String> names)
      throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag != INITIALIZER) {
        in.skipField(tag);
        continue;
      }
      int limit = in.pushLimit(in.readRawVarint32());
      long[] spot = {-1, 0};
      String name = "";
      int seen = 0;
      for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
        if (inner == NAME) {
          name = in.readStringRequireUtf8();
        } else if (inner == RAW || inner == FLOATS) {
          spot[1] = in.readRawVarint32();
          spot[0] = in.getTotalBytesRead();
          in.skipRawBytes((int) spot[1]);
          seen++;
        } else {
          in.skipField(inner);
        }
      }
      if (seen > 1) {
        spot[0] = -1;
      }
      in.popLimit(limit);
      spots.add(spot);
      names.add(name);
    }
  }

  private static int tag(int field) {
    return (field << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
