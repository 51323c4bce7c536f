package org.lensdl4j.lens.config;

/** How the learning rate goes on after the warm-up. */
public enum Schedule {
  /** Half a cosine down to 0 at the last step. */
  COSINE,
  /** A straight line down to 0 at the last step. */
  LINEAR,
  /** Stays. */
  CONSTANT
}
