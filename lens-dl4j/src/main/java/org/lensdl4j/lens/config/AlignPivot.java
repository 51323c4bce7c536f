package org.lensdl4j.lens.config;

/** What the targets are pulled to by the {@code align} term. */
public enum AlignPivot {
  /** The central language's state in the model being trained, which moves too: the original. */
  TRAINED,
  /** The central language's state in the frozen reference, which stays. */
  REFERENCE
}
