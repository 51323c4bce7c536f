package org.lensdl4j.model.onnx;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import org.lensdl4j.model.base.ModelFormatException;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.UnsafeByteOperations;
import org.nd4j.shade.protobuf.WireFormat;

/**
 * Reads the protobuf of an ONNX file. Weights stay in the mapped file; the number of other objects
 * is bounded before any is created.
 */
final class OnnxFile {
  /** What a file may hold beside raw tensor data: real ones have 300 bytes a node. */
  private static final int MAX_STRUCTURE = 32 << 20;

  private static final int GRAPH = 7;
  private static final int INITIALIZER = 5;
  private static final int RAW_DATA = 9;

  private OnnxFile() {}

  /** The mapped file, of which parsed tensors are views and not copies. */
  static ByteString bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ModelFormatException("There is no file " + file);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        throw new ModelFormatException(
            file + ": found " + size + " bytes, expected less than 2 GiB (weights in a data file)");
      }
      return UnsafeByteOperations.unsafeWrap(channel.map(MapMode.READ_ONLY, 0, size));
    }
  }

  static ModelProto read(Path file) {
    try {
      ByteString whole = bytes(file);
      long structure = whole.size() - rawBytes(whole.newCodedInput());
      if (structure > MAX_STRUCTURE) {
        throw new ModelFormatException(
            String.format(
                Locale.ROOT,
                "%s: found %d bytes beside raw weights, expected at most %d",
                file,
                structure,
                MAX_STRUCTURE));
      }
      CodedInputStream in = whole.newCodedInput();
      in.enableAliasing(true);
      in.setSizeLimit(Integer.MAX_VALUE);
      ModelProto model = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
      if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
        throw new ModelFormatException(file + ": found no graph, expected an ONNX model");
      }
      return model;
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ModelFormatException(file + ": not an ONNX file, or damaged: " + e.getMessage(), e);
    }
  }

  /** The version of the default operator set. */
  static long opset(ModelProto model, Path file) {
    for (OperatorSetIdProto o : model.getOpsetImportList()) {
      if (o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx")) {
        return o.getVersion();
      }
    }
    throw new ModelFormatException(file + ": found no version of the ONNX operators");
  }

  /** Bytes of the initialisers' raw data. */
  private static long rawBytes(CodedInputStream in) throws IOException {
    in.setSizeLimit(Integer.MAX_VALUE);
    long raw = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == message(GRAPH)) {
        int limit = in.pushLimit(in.readRawVarint32());
        for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
          if (inner == message(INITIALIZER)) {
            raw += rawBytesOfTensor(in);
          } else {
            in.skipField(inner);
          }
        }
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
    return raw;
  }

  private static long rawBytesOfTensor(CodedInputStream in) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    long raw = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == message(RAW_DATA)) {
        int length = in.readRawVarint32();
        in.skipRawBytes(length);
        raw += length;
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(limit);
    return raw;
  }

  private static int message(int field) {
    return (field << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
