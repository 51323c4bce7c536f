package org.lensdl4j.lab.measure;

/** The figures of a {@link Comparison}. */
public enum Measure {
  RETRIEVAL_TO_CENTRAL("retrieval to central", "top-1 by cosine, share of items; higher is better"),
  RETRIEVAL_FROM_CENTRAL(
      "retrieval from central", "top-1 by cosine, share of items; higher is better"),
  COSINE("cosine to central", "of parallel states; higher is nearer"),
  AGNOSTIC_COSINE("agnostic cosine", "of parallel states in the agnostic subspace"),
  AGNOSTIC_GAP("agnostic gap", "|A (h - h_c)| / |A h_c|; lower is better aligned"),
  DISPLACEMENT("displacement", "along the language's direction, in units of it; aim: lambda"),
  SEPARABILITY("separability", "nearest language mean in the specific subspace, leave-one-out"),
  DRIFT("drift", "relative change of the mean states of the central language; aim: 0"),
  BITS_PER_BYTE("bits per byte", "of the text, UTF-8; lower is better");

  private final String label;
  private final String meaning;

  Measure(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  /** Which way is good: 1 up, -1 down, 0 neither by itself. */
  public int better() {
    return switch (this) {
      case RETRIEVAL_TO_CENTRAL, RETRIEVAL_FROM_CENTRAL, COSINE, AGNOSTIC_COSINE, SEPARABILITY -> 1;
      case AGNOSTIC_GAP, DRIFT, BITS_PER_BYTE -> -1;
      case DISPLACEMENT -> 0;
    };
  }

  /** Short name for tables. */
  public String label() {
    return label;
  }

  /** What it is and which way is good. */
  public String meaning() {
    return meaning;
  }
}
