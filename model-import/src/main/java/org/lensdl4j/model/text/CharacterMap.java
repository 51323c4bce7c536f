package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import java.util.Optional;

/**
 * SentencePiece's compiled table of replacements: a double-array trie of UTF-8 keys, whose leaves
 * point into a block of texts. The native library follows it without looking at bounds.
 */
final class CharacterMap {
  private final int[] units;
  private final byte[] texts;

  private CharacterMap(int[] units, byte[] texts) {
    this.units = units;
    this.texts = texts;
  }

  /** What is damaged in a {@code precompiled_charsmap}, or nothing. */
  static Optional<String> damage(JsonNode map) {
    if (!map.isTextual()) {
      return Optional.of("found " + map.getNodeType() + ", expected text in base 64");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(map.textValue());
    } catch (IllegalArgumentException e) {
      return Optional.of("is not base 64: " + e.getMessage());
    }
    if (!Base64.getEncoder().encodeToString(bytes).equals(map.textValue())) {
      return Optional.of("is not base 64 with padding");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = bytes.length < 4 ? -1 : Integer.toUnsignedLong(in.getInt());
    if (size < 4 || size > in.remaining()) {
      return Optional.of("is cut off");
    }
    int[] units = new int[(int) (size / 4)];
    in.asIntBuffer().get(units);
    in.position(4 + 4 * units.length);
    byte[] texts = new byte[in.remaining()];
    in.get(texts);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      return Optional.of("holds texts that are not UTF-8");
    }
    return new CharacterMap(units, texts).sound()
        ? Optional.empty()
        : Optional.of("points outside of itself");
  }

  /** Whether every step that some text can lead to stays within the table. */
  private boolean sound() {
    BitSet seen = new BitSet();
    Deque<Integer> next = new ArrayDeque<>();
    next.push(offset(units[0]));
    while (!next.isEmpty()) {
      int from = next.pop();
      if ((from | 0xff) >= units.length) {
        return false;
      }
      for (int c = 1; c < 256; c++) {
        int at = from ^ c;
        if ((units[at] & 0x8000_00ff) != c) {
          continue;
        }
        int to = at ^ offset(units[at]);
        if ((units[at] >> 8 & 1) == 1 && (to >= units.length || !startsText(units[to]))) {
          return false;
        }
        if (!seen.get(to)) {
          seen.set(to);
          next.push(to);
        }
      }
    }
    return true;
  }

  private boolean startsText(int leaf) {
    int at = leaf & 0x7fff_ffff;
    return at == texts.length || at < texts.length && (texts[at] & 0xc0) != 0x80;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 1 << 9) >>> 6);
  }
}
