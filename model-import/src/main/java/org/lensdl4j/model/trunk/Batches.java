package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.model.config.Rotary;

/**
 * Splits the rows of many texts into batches of a bounded number of tokens. Batches of one unit
 * must run in order on one thread, because a batch may continue a text that an earlier one began;
 * units are independent.
 */
final class Batches {
  // As many batches as two or four threads share evenly, unless products become too small. The
  // number of threads itself is not asked, so that it does not change a bit of the results.
  private static final int SHARES = 4;
  private static final int SMALLEST = 128;

  private final HiddenStates states;
  private final Rotary rotary;
  private final int batchTokens;
  private final long target;
  private final List<List<Batch>> units = new ArrayList<>();

  /** Rows {@code first} to {@code first + rows} of the area. */
  record Batch(long first, int rows, List<Segment> segments) {}

  private Batches(HiddenStates states, Rotary rotary, int batchTokens) {
    this.states = states;
    this.rotary = rotary;
    this.batchTokens = batchTokens;
    long rows = states.starts[states.texts()] - states.prefixLength;
    long full = (rows + batchTokens - 1) / batchTokens;
    long even = (full + SHARES - 1) / SHARES * SHARES;
    target = Math.max(SMALLEST, (rows + even - 1) / even);
  }

  /** The units of all texts, own tokens only. */
  static List<List<Batch>> of(HiddenStates states, Rotary rotary, int batchTokens) {
    Batches batches = new Batches(states, rotary, batchTokens);
    int text = 0;
    while (text < states.texts()) {
      text = states.ownLength(text) > batchTokens ? batches.longText(text) : batches.whole(text);
    }
    return batches.units;
  }

  /** The tokens that all texts share, as one unit. */
  static List<Batch> prefix(HiddenStates states, Rotary rotary, int batchTokens) {
    // Long and short texts never share tokens.
    boolean longText = longText(states, rotary, 0);
    return cut(0, -1, states.prefixLength, 0, -1, longText, batchTokens);
  }

  private static boolean longText(HiddenStates states, Rotary rotary, int text) {
    return rotary.isLong(Math.max(states.length(text), states.padPositions[text] + 1));
  }

  private int whole(int from) {
    List<Segment> segments = new ArrayList<>();
    int rows = 0;
    int text = from;
    while (text < states.texts() && rows + states.ownLength(text) <= batchTokens) {
      int own = states.ownLength(text);
      segments.add(
          new Segment(
              text,
              rows,
              own,
              states.prefixLength,
              states.padPositions[text],
              true,
              longText(states, rotary, text)));
      rows += own;
      text++;
      if (rows + own / 2 > target) {
        break;
      }
    }
    units.add(List.of(new Batch(states.starts[from], rows, segments)));
    return text;
  }

  private int longText(int text) {
    units.add(
        cut(
            states.starts[text],
            text,
            states.ownLength(text),
            states.prefixLength,
            states.padPositions[text],
            longText(states, rotary, text),
            batchTokens));
    return text + 1;
  }

  private static List<Batch> cut(
      long row,
      int text,
      int length,
      int start,
      int padPosition,
      boolean longText,
      int batchTokens) {
    List<Batch> unit = new ArrayList<>();
    for (int at = 0; at < length; at += batchTokens) {
      int n = Math.min(batchTokens, length - at);
      boolean end = text >= 0 && at + n == length;
      Segment segment = new Segment(text, 0, n, start + at, end ? padPosition : -1, end, longText);
      unit.add(new Batch(row + at, n, List.of(segment)));
    }
    return unit;
  }
}
