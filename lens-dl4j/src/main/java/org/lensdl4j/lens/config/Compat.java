package org.lensdl4j.lens.config;

/** Which published code's deviations from the method are reproduced. */
public enum Compat {
  /** The method as it is meant. */
  NONE,

  /**
   * The public PyTorch code at commit 2ffa3f0: states at index -1 of a right-padded batch, the
   * incomplete last batch of 50 dropped, the retain mean over pads, prompts cut on the right.
   */
  LENS_2FFA3F0;

  /** Texts that the original code probes at a time; what is left over is dropped. */
  public static final int PROBE_BATCH = 50;

  /** The name in configuration files and on the command line. */
  public String id() {
    return Option.id(this);
  }

  /** Whether the original code's behaviour is reproduced. */
  public boolean isOn() {
    return this != NONE;
  }

  /** Finds a mode by its {@link #id()}. */
  public static Compat of(String id) {
    return (Compat) LensConfig.options().get("compat").typed(id);
  }
}
