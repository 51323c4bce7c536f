package org.lensdl4j.model.export;

import java.util.Locale;

/**
 * How much of what training changed is left in stored values: what they differ by from the original
 * (exported minus original) against what training made of it (trained minus original).
 *
 * @param trained elements that training changed
 * @param unmoved those of them that are stored as they were before training
 * @param wanted squared length of trained minus original
 * @param along product of the two differences
 * @param written squared length of exported minus original
 */
public record Survival(long trained, long unmoved, double wanted, double along, double written) {
  /**
   * The least share of a change that an export may keep: below one half, the stored weights lie
   * nearer to the original than to the trained ones, measured along the change.
   */
  public static final double LEAST_KEPT = 0.5;

  static final Survival NOTHING = new Survival(0, 0, 0, 0, 0);

  /**
   * Of some elements.
   *
   * @param wanted trained minus original
   * @param got exported minus original
   */
  static Survival of(double[] wanted, double[] got, int count) {
    long changed = 0;
    long unmoved = 0;
    double tt = 0;
    double te = 0;
    double ee = 0;
    for (int i = 0; i < count; i++) {
      double t = wanted[i];
      double e = got[i];
      if (t != 0) {
        changed++;
        unmoved += e == 0 ? 1 : 0;
      }
      tt += t * t;
      te += t * e;
      ee += e * e;
    }
    return new Survival(changed, unmoved, tt, te, ee);
  }

  Survival plus(Survival other) {
    return new Survival(
        trained + other.trained,
        unmoved + other.unmoved,
        wanted + other.wanted,
        along + other.along,
        written + other.written);
  }

  /**
   * How far the stored values went on the way from the original to the trained ones: 1 is all of
   * it, 0 none; 1 where training changed nothing.
   */
  public double kept() {
    return wanted == 0 ? 1 : along / wanted;
  }

  /** The cosine between the two differences; 0 if all is lost, 1 if nothing is or was to be. */
  public double cosine() {
    if (wanted == 0 || written == 0) {
      return wanted == written ? 1 : 0;
    }
    return along / Math.sqrt(wanted * written);
  }

  /** The length of exported minus original over that of trained minus original. */
  public double length() {
    return wanted == 0
        ? (written == 0 ? 1 : Double.POSITIVE_INFINITY)
        : Math.sqrt(written / wanted);
  }

  /** What rounding added across the change, in lengths of the change. */
  public double noise() {
    if (wanted == 0) {
      return written == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    return Math.sqrt(Math.max(0, written / wanted - kept() * kept()));
  }

  /** The share of the trained elements that are stored as they were before. */
  public double lost() {
    return trained == 0 ? 0 : (double) unmoved / trained;
  }

  /** Whether rounding added more than training changed. */
  boolean isNoisy() {
    return noise() > 1;
  }

  /**
   * For example {@code 2 % of the trained change survives (cosine 0.15, length 0.14)}, or {@code 99
   * % of the trained change survives on average, under rounding noise 52 times as large (...)}.
   */
  @Override
  public String toString() {
    String noise =
        isNoisy()
            ? String.format(
                Locale.ROOT, " on average, under rounding noise %.1f times as large", noise())
            : "";
    return String.format(
        Locale.ROOT,
        "%s of the trained change survives%s (cosine %.2f, length %.2f)",
        percent(kept()),
        noise,
        cosine(),
        length());
  }

  static String percent(double share) {
    double percent = 100 * share;
    boolean small = Math.abs(percent) >= 0.05 && Math.abs(percent) < 9.95;
    boolean almostAll = percent > 99.05 && percent < 99.95;
    return String.format(Locale.ROOT, small || almostAll ? "%.1f %%" : "%.0f %%", percent);
  }
}
