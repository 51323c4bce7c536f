package org.lensdl4j.lens.space;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/**
 * {@link LanguageStatistics} as one array of bytes, big-endian:
 *
 * <pre>
 * bytes    = magic i32(L) i32(K) i32(d) language^L count sum sum_rest square square_rest
 * magic    = i32 0x4c535431
 * language = i32(length) UTF-8
 * count    = f64^(L K)
 * sum ...  = f64^(L K d)
 * </pre>
 */
final class StatisticsBytes {
  private static final int MAGIC = 0x4c535431;
  private static final String SOURCE = "bytes of language statistics";

  private StatisticsBytes() {}

  static byte[] write(LanguageStatistics s) {
    List<byte[]> names =
        s.languages().stream().map(l -> l.getBytes(StandardCharsets.UTF_8)).toList();
    int size = Math.multiplyExact(names.size(), Math.multiplyExact(s.layers(), s.hiddenSize()));
    int head = 16 + names.stream().mapToInt(n -> 4 + n.length).sum();
    int numbers = Math.addExact(names.size() * s.layers(), Math.multiplyExact(4, size));
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(head, Math.multiplyExact(Double.BYTES, numbers)));
    out.putInt(MAGIC).putInt(names.size()).putInt(s.layers()).putInt(s.hiddenSize());
    names.forEach(n -> out.putInt(n.length).put(n));
    for (long[] counts : s.counts()) {
      for (long count : counts) {
        out.putDouble(count);
      }
    }
    for (StateSums[] sums : List.of(s.sums(), s.squares())) {
      put(out, StatisticsForm.values(sums));
      put(out, StatisticsForm.rests(sums));
    }
    return out.array();
  }

  private static void put(ByteBuffer out, double[] values) {
    out.asDoubleBuffer().put(values);
    out.position(out.position() + Double.BYTES * values.length);
  }

  static LanguageStatistics read(byte[] bytes) {
    try {
      return read(ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException e) {
      throw bad("end after " + bytes.length + " bytes", e);
    }
  }

  private static LanguageStatistics read(ByteBuffer in) {
    if (in.getInt() != MAGIC) {
      throw bad("begin otherwise", null);
    }
    int count = in.getInt();
    int layers = in.getInt();
    int hiddenSize = in.getInt();
    // Each language takes four bytes at least: no list is longer than what is there.
    if (count < 1 || count > in.remaining() / 4) {
      throw bad("name " + count + " languages", null);
    }
    List<String> languages = new ArrayList<>();
    for (int l = 0; l < count; l++) {
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw bad("have a language of " + length + " bytes", null);
      }
      byte[] name = new byte[length];
      in.get(name);
      languages.add(new String(name, StandardCharsets.UTF_8));
    }
    StatisticsForm.requireSizes(languages, layers, hiddenSize, SOURCE);
    long numbers = (long) count * layers * (1 + 4L * hiddenSize);
    if (numbers > in.remaining() / Double.BYTES || Double.BYTES * numbers != in.remaining()) {
      throw bad(
          String.format(Locale.ROOT, "have %d bytes of numbers for %d", in.remaining(), numbers),
          null);
    }
    int size = count * layers * hiddenSize;
    LanguageStatistics out = new LanguageStatistics(languages, layers, hiddenSize);
    double[] counts = get(in, count * layers);
    double[][] sums = {get(in, size), get(in, size)};
    double[][] squares = {get(in, size), get(in, size)};
    StatisticsForm.fill(out, counts, sums, squares, SOURCE);
    return out;
  }

  private static double[] get(ByteBuffer in, int count) {
    double[] out = new double[count];
    in.asDoubleBuffer().get(out);
    in.position(in.position() + Double.BYTES * count);
    return out;
  }

  private static LensException bad(String found, Throwable cause) {
    return new LensException(
        SOURCE + ": they " + found + ", expected what toBytes returned", cause);
  }
}
