package org.lensdl4j.lens.config;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.lensdl4j.model.base.LensException;

/** Which published code's deviations from the method are reproduced. */
public enum Compat {
  /** The method as it is meant. */
  NONE("none"),

  /**
   * The public PyTorch code at commit 2ffa3f0: states at index -1 of a right-padded batch, the
   * incomplete last batch of 50 dropped, the retain mean over pads, prompts cut on the right.
   */
  LENS_2FFA3F0("lens-2ffa3f0");

  /** Texts that the original code probes at a time; what is left over is dropped. */
  public static final int PROBE_BATCH = 50;

  private final String id;

  Compat(String id) {
    this.id = id;
  }

  /** The name in configuration files and on the command line. */
  public String id() {
    return id;
  }

  /** Whether the original code's behaviour is reproduced. */
  public boolean isOn() {
    return this != NONE;
  }

  /** Finds a mode by its {@link #id()}. */
  public static Compat of(String id) {
    return Arrays.stream(values())
        .filter(c -> c.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new LensException(
                    "option compat: found '%s', expected one of %s"
                        .formatted(
                            id,
                            Arrays.stream(values())
                                .map(Compat::id)
                                .collect(Collectors.joining(", ")))));
  }
}
