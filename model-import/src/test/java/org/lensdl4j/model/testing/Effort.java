package org.lensdl4j.model.testing;

/** How much a test of many cases tries: {@code -Dlens.nightly=true} asks for all of them. */
public final class Effort {
  private Effort() {}

  /** Whether there is a night's time. */
  public static boolean isNightly() {
    return Boolean.getBoolean("lens.nightly");
  }

  /** One number in each build, another at night. */
  public static int of(int each, int nightly) {
    return isNightly() ? nightly : each;
  }
}
