package org.lensdl4j.model.weights;

/** Element types that weight files hold; all are widened to 32-bit floats when read. */
public enum DType {
  F64(1, 8),
  F32(1, 4),
  F16(1, 2),
  BF16(1, 2),
  Q4_0(32, 18),
  Q4_1(32, 20),
  Q5_0(32, 22),
  Q5_1(32, 24),
  Q8_0(32, 34),
  Q4_K(256, 144),
  Q5_K(256, 176),
  Q6_K(256, 210);

  private final int blockElements;
  private final int blockBytes;

  DType(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** Elements that are stored together; 1 for plain types. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes that one block takes. */
  public int blockBytes() {
    return blockBytes;
  }

  /**
   * Whether the type is one of GGUF's block formats, which Hugging Face directories do not know.
   */
  public boolean isQuantised() {
    return blockElements > 1;
  }
}
