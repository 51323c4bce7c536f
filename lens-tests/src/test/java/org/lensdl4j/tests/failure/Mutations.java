package org.lensdl4j.tests.failure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can have happened to a file, drawn by chance: the same seed does the same. */
final class Mutations {
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|[-+.\\w]+|\\s+|.", Pattern.DOTALL);
  private static final long[] WILD = {
    -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 40, 0, -(1L << 33), 1L << 31
  };
  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1",
          "0.5",
          "-0.0",
          "1e400",
          "-1e308",
          "99999999999999999999",
          "2147483648",
          "-2147483649",
          "1e-400",
          "NaN",
          "Infinity",
          "null",
          "true",
          "false",
          "[]",
          "{}",
          "\"\"",
          "\" \"",
          "\"a\"",
          "\"1\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../x\"",
          "[null]",
          "{\"a\":{}}",
          ",",
          ":",
          "]",
          "}",
          "#",
          "&a",
          "*a",
          "- ",
          "|",
          "%}",
          "{%",
          "{{",
          "[".repeat(5000),
          "{\"a\":".repeat(5000),
          "(".repeat(5000),
          "\"" + "x".repeat(70_000) + "\"",
          "9".repeat(5000),
          "-".repeat(5000));

  private Mutations() {}

  /** A file of numbers and names: cut, some bytes changed, a number gone wild, pieces moved. */
  static byte[] binary(byte[] good, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] out = good.clone();
    int[] heads = {64, 4096, good.length};
    int head = Math.min(good.length, heads[random.nextInt(heads.length)]);
    switch (random.nextInt(5)) {
      case 0 -> {
        return Arrays.copyOf(good, random.nextInt(head));
      }
      case 1, 2 -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          out[random.nextInt(head)] = (byte) random.nextInt();
        }
      }
      case 3 -> {
        ByteBuffer bytes = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
        long wild = WILD[random.nextInt(WILD.length)];
        if (random.nextBoolean()) {
          bytes.putLong(random.nextInt(Math.max(1, head - 8)), wild);
        } else {
          bytes.putInt(random.nextInt(Math.max(1, head - 4)), (int) wild);
        }
      }
      default -> {
        int length = 1 + random.nextInt(Math.max(1, head / 2));
        int from = random.nextInt(good.length - length + 1);
        int to = random.nextInt(good.length - length + 1);
        System.arraycopy(good, from, out, to, length);
      }
    }
    return out;
  }

  /** A text: the same to its bytes, or its words and signs changed, lost, doubled, swapped. */
  static byte[] text(byte[] good, long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x5eed);
    if (random.nextInt(5) == 0) {
      return binary(good, seed);
    }
    List<String> tokens = new ArrayList<>();
    Matcher m = TOKEN.matcher(new String(good, StandardCharsets.UTF_8));
    while (m.find()) {
      tokens.add(m.group());
    }
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(tokens.size());
      int other = random.nextInt(tokens.size());
      switch (random.nextInt(6)) {
        case 0 -> tokens.set(at, "");
        case 1 -> tokens.add(at, tokens.get(at));
        case 2 -> tokens.set(at, tokens.get(other));
        case 3 -> tokens.set(other, tokens.set(at, tokens.get(other)));
        default -> tokens.set(at, VALUES.get(random.nextInt(VALUES.size())));
      }
    }
    return String.join("", tokens).getBytes(StandardCharsets.UTF_8);
  }
}
