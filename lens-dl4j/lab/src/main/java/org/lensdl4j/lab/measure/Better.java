package org.lensdl4j.lab.measure;

/** Which way of a figure is good. */
public enum Better {
  UP(1, "higher is better", "more is better"),
  DOWN(-1, "lower is better", "less is better"),
  /** Neither by itself. */
  NEITHER(0, "", "");

  private final int sign;
  private final String words;
  private final String onAxis;

  Better(int sign, String words, String onAxis) {
    this.sign = sign;
    this.words = words;
    this.onAxis = onAxis;
  }

  /** What makes up good: 1, -1 or 0. */
  public int sign() {
    return sign;
  }

  /** "higher is better" and the like, for tables; empty where neither is. */
  public String words() {
    return words;
  }

  /** "more is better" and the like, for the axis of a picture; empty where neither is. */
  public String onAxis() {
    return onAxis;
  }

  /** By the sign of a number, as files have it. */
  public static Better of(int sign) {
    return sign > 0 ? UP : sign < 0 ? DOWN : NEITHER;
  }
}
