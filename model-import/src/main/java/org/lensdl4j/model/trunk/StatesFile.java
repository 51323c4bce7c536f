package org.lensdl4j.model.trunk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * Hidden states on disk, little-endian:
 *
 * <pre>
 * int64 magic, int32 version, int32 layer, int32 hiddenSize, int32 lastOnly (0 or 1),
 * int32 prefixLength, int32 texts, texts x (int32 ownLength, int32 padPosition),
 * (prefixLength + sum of ownLength) x hiddenSize float32
 * </pre>
 */
final class StatesFile {
  private static final long MAGIC = 0x53455441_54534E4CL; // "LNSTATES"
  private static final int VERSION = 1;
  private static final int HEAD = 32;

  private StatesFile() {}

  static void write(HiddenStates s, Path file) throws IOException {
    try {
      AtomicFile.writeWithoutForce(file, channel -> writeTo(channel, s));
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void writeTo(FileChannel channel, HiddenStates s) throws IOException {
    ByteBuffer head = buffer(Math.addExact(HEAD, Math.multiplyExact(8, s.texts())));
    head.putLong(MAGIC).putInt(VERSION).putInt(s.layer).putInt(s.hiddenSize);
    head.putInt(s.lastOnly ? 1 : 0).putInt(s.prefixLength).putInt(s.texts());
    for (int i = 0; i < s.texts(); i++) {
      head.putInt(s.ownLength(i)).putInt(s.padPositions[i]);
    }
    AtomicFile.writeFully(channel, head.flip());
    float[] floats = new float[1 << 18];
    ByteBuffer bytes = buffer(4 * floats.length);
    for (long at = 0; at < s.area.length(); at += floats.length) {
      int n = (int) Math.min(floats.length, s.area.length() - at);
      s.area.read(at, floats, 0, n);
      bytes.clear().limit(4 * n);
      bytes.asFloatBuffer().put(floats, 0, n);
      AtomicFile.writeFully(channel, bytes);
    }
  }

  static HiddenStates open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long size = channel.size();
      if (size < HEAD) {
        throw damaged(file, "it has " + size + " bytes, a header alone takes " + HEAD);
      }
      ByteBuffer head = readFully(channel, 0, HEAD);
      long magic = head.getLong();
      int version = head.getInt();
      if (magic != MAGIC) {
        throw damaged(file, "it does not begin like one");
      }
      if (version != VERSION) {
        throw damaged(file, "version " + version + ", expected " + VERSION);
      }
      int layer = head.getInt();
      int hiddenSize = head.getInt();
      int lastOnly = head.getInt();
      int prefix = head.getInt();
      int texts = head.getInt();
      if (layer < 0 || hiddenSize <= 0 || (lastOnly & ~1) != 0 || prefix < 0 || texts < 0) {
        throw damaged(file, "the header holds impossible numbers");
      }
      if (size - HEAD < 8L * texts) {
        throw damaged(file, "it says " + texts + " texts but has only " + size + " bytes");
      }
      ByteBuffer table = readFully(channel, HEAD, Math.multiplyExact(8, texts));
      long[] starts = new long[texts + 1];
      int[] pads = new int[texts];
      starts[0] = prefix;
      for (int i = 0; i < texts; i++) {
        int own = table.getInt();
        pads[i] = table.getInt();
        if (own < 1 || pads[i] < -1) {
          throw damaged(file, "text " + i + " has length " + own + ", pad position " + pads[i]);
        }
        starts[i + 1] = starts[i] + own;
      }
      long dataStart = HEAD + 8L * texts;
      long floats;
      try {
        floats = Math.multiplyExact(starts[texts], hiddenSize);
        Math.addExact(dataStart, Math.multiplyExact(4, floats));
      } catch (ArithmeticException e) {
        throw damaged(file, "the header holds impossible numbers");
      }
      if (size != dataStart + 4 * floats) {
        throw damaged(file, "it has " + size + " bytes, expected " + (dataStart + 4 * floats));
      }
      FileArea area = FileArea.reading(file, channel, dataStart, floats);
      HiddenStates states = new HiddenStates(hiddenSize, prefix, starts, pads, area);
      states.layer = layer;
      states.lastOnly = lastOnly == 1;
      return states;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static ModelFormatException damaged(Path file, String what) {
    return new ModelFormatException(file + " is not a complete file of hidden states: " + what);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer readFully(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer buffer = buffer(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("file ended while it was read");
      }
    }
    return buffer.flip();
  }
}
