package org.lensdl4j.lens.config;

/** The learning rate after the warm-up. */
public enum Schedule {
  /** Half a cosine down to 0 at the last step. */
  COSINE,
  /** A straight line down to 0 at the last step. */
  LINEAR,
  /** Stays. */
  CONSTANT
}
