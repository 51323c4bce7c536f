package org.lensdl4j.lens.steer;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.lensdl4j.model.base.LensException;

/**
 * Where and how far states are moved, as people write it: {@code [LAYERS:]STRENGTH}.
 *
 * <pre>
 * 0.3         the last layer's states by 0.3 lengths of the direction
 * 12:0.5      those of layer 12 by 0.5 lengths
 * 8-16:0.1u   those of layers 8 to 16 by a tenth of their own length, which is then restored
 * all:0.03u   those of all layers
 * </pre>
 *
 * @param layers {@code last}, {@code all}, a number from 1, or a range such as {@code 8-16}
 * @param strength in lengths of the direction, or as a share of the state's length
 * @param share which of the two
 */
public record SteeringSetting(String layers, double strength, boolean share) {
  private static final String LAST = "last";
  private static final String ALL = "all";
  private static final Pattern RANGE = Pattern.compile("([1-9]\\d{0,3})(?:-([1-9]\\d{0,3}))?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?");

  /**
   * A setting.
   *
   * @throws LensException if the layers are not of that form or the strength is not finite
   */
  public SteeringSetting {
    Matcher range = RANGE.matcher(layers);
    boolean numbers = range.matches();
    boolean falling =
        numbers && range.group(2) != null && first(range) > Integer.parseInt(range.group(2));
    if (falling || (!numbers && !layers.equals(LAST) && !layers.equals(ALL))) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "steering: found layers '%s', expected last, all, a number such as 12 or a range such as 8-16",
              layers));
    }
    if (!Double.isFinite(strength)) {
      throw new LensException(
          String.format(Locale.ROOT, "steering: found strength %s, expected a number", strength));
    }
    // There is no negative zero on paper.
    strength += 0.0;
  }

  /** The last layer's states by some lengths of the direction. */
  public static SteeringSetting last(double strength) {
    return new SteeringSetting(LAST, strength, false);
  }

  /**
   * Reads {@code [LAYERS:]STRENGTH}.
   *
   * @throws LensException that says what was found and expected
   */
  public static SteeringSetting parse(String text) {
    int colon = text.lastIndexOf(':');
    String layers = colon < 0 ? LAST : text.substring(0, colon).strip();
    String number = text.substring(colon + 1).strip();
    boolean share = number.endsWith("u");
    String digits = share ? number.substring(0, number.length() - 1) : number;
    if (!NUMBER.matcher(digits).matches()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "steering '%s': found strength '%s', expected a number of lengths of the direction such as 0.3, or a share of the state's length such as 0.03u",
              text,
              number));
    }
    return new SteeringSetting(layers, Double.parseDouble(digits), share);
  }

  /**
   * The layers, in order.
   *
   * @param count K, of the model
   * @throws LensException if the model has not all of them
   */
  public int[] of(int count) {
    if (layers.equals(LAST)) {
      return new int[] {count};
    }
    if (layers.equals(ALL)) {
      return IntStream.rangeClosed(1, count).toArray();
    }
    Matcher range = RANGE.matcher(layers);
    range.matches();
    int from = first(range);
    int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
    if (to > count) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "steering '%s': found layers %s, expected some of 1 to %d, which the model has",
              this,
              layers,
              count));
    }
    return IntStream.rangeClosed(from, to).toArray();
  }

  private static int first(Matcher range) {
    return Integer.parseInt(range.group(1));
  }

  /** As {@link #parse} reads it; without layers if it is the last. */
  @Override
  public String toString() {
    String number =
        strength == Math.rint(strength) && Math.abs(strength) < 1e15
            ? Long.toString((long) strength)
            : Double.toString(strength);
    return (layers.equals(LAST) ? "" : layers + ":") + number + (share ? "u" : "");
  }
}
