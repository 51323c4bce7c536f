package org.lensdl4j.model.weights;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * Reads the values of a GGUF header one after another; every count is compared with the bytes that
 * are left before memory is allocated for it.
 */
final class GgufCursor {
  private static final int MAX_ITEMS = 1 << 26;
  private static final int MAX_DEPTH = 4;

  private final Path path;
  private final ByteBuffer in;
  private final long fileSize;
  private long itemsLeft = MAX_ITEMS;

  /**
   * A cursor at the start of a file.
   *
   * @param in the file's first bytes: all of it, or as much as a header may take
   */
  GgufCursor(Path path, ByteBuffer in, long fileSize) {
    this.path = path;
    this.in = in;
    this.fileSize = fileSize;
  }

  int position() {
    return in.position();
  }

  int u32(String what) {
    need(4, what);
    return in.getInt();
  }

  long u64(String what) {
    need(8, what);
    return in.getLong();
  }

  /**
   * Reads a count of things that follow.
   *
   * @param least bytes that each of them takes at least
   */
  int count(String what, int least) {
    long n = u64(what);
    if (n < 0 || n > MAX_ITEMS || n > in.remaining() / least) {
      throw bad(
          "says there are "
              + Long.toUnsignedString(n)
              + " "
              + what
              + ", more than its "
              + fileSize
              + " bytes can hold");
    }
    return (int) n;
  }

  String string(String what) {
    long length = u64("the length of " + what);
    if (length < 0 || length > in.remaining()) {
      throw bad(
          "gives "
              + what
              + " a length of "
              + Long.toUnsignedString(length)
              + " bytes; the file has "
              + fileSize);
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Reads a value of one of the 13 types of the format. */
  Object value(int type, String key, int depth) {
    return switch (type) {
      case 0 -> (long) Byte.toUnsignedInt(byteOf(key));
      case 1 -> (long) byteOf(key);
      case 2 -> (long) Short.toUnsignedInt(shortOf(key));
      case 3 -> (long) shortOf(key);
      case 4 -> Integer.toUnsignedLong(u32(key));
      case 5 -> (long) u32(key);
      case 6 -> decimal(Float.intBitsToFloat(u32(key)));
      case 7 -> byteOf(key) != 0;
      case 8 -> string(key);
      case 9 -> array(key, depth);
      case 10, 11 -> u64(key);
      case 12 -> Double.longBitsToDouble(u64(key));
      default -> throw bad("has key " + key + " of unknown value type " + type);
    };
  }

  private Object array(String key, int depth) {
    if (depth >= MAX_DEPTH) {
      throw bad("nests the arrays of " + key + " deeper than " + MAX_DEPTH);
    }
    int type = u32(key);
    int least =
        switch (type) {
          case 0, 1, 7 -> 1;
          case 2, 3 -> 2;
          case 4, 5, 6 -> 4;
          case 8, 10, 11, 12 -> 8;
          case 9 -> 12;
          default -> throw bad("has an array " + key + " of unknown value type " + type);
        };
    int n = count("items of " + key, least);
    itemsLeft -= n;
    if (itemsLeft < 0) {
      throw bad("holds more than " + MAX_ITEMS + " array items in its header");
    }
    return switch (type) {
      case 6, 12 -> {
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
          out[i] = (Double) value(type, key, depth + 1);
        }
        yield out;
      }
      case 7 -> {
        boolean[] out = new boolean[n];
        for (int i = 0; i < n; i++) {
          out[i] = byteOf(key) != 0;
        }
        yield out;
      }
      case 8, 9 -> {
        List<Object> out = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
          out.add(value(type, key, depth + 1));
        }
        yield Collections.unmodifiableList(out);
      }
      default -> {
        long[] out = new long[n];
        for (int i = 0; i < n; i++) {
          out[i] = (Long) value(type, key, depth + 1);
        }
        yield out;
      }
    };
  }

  /** The decimal number that was meant: 1e-5, not 9.99999974737875e-06. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private byte byteOf(String what) {
    need(1, what);
    return in.get();
  }

  private short shortOf(String what) {
    need(2, what);
    return in.getShort();
  }

  private void need(int bytes, String what) {
    if (in.remaining() < bytes) {
      throw bad("ends inside " + what + " (" + fileSize + " bytes): truncated");
    }
  }

  ModelFormatException bad(String what) {
    return new ModelFormatException(path + " " + what);
  }
}
