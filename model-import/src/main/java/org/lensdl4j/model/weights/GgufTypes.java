package org.lensdl4j.model.weights;

import java.util.Map;

/** ggml's numbers for element types. */
final class GgufTypes {
  private static final Map<Integer, DType> SUPPORTED =
      Map.ofEntries(
          Map.entry(0, DType.F32),
          Map.entry(1, DType.F16),
          Map.entry(2, DType.Q4_0),
          Map.entry(3, DType.Q4_1),
          Map.entry(6, DType.Q5_0),
          Map.entry(7, DType.Q5_1),
          Map.entry(8, DType.Q8_0),
          Map.entry(12, DType.Q4_K),
          Map.entry(13, DType.Q5_K),
          Map.entry(14, DType.Q6_K),
          Map.entry(28, DType.F64),
          Map.entry(30, DType.BF16));

  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(10, "Q2_K"),
          Map.entry(11, "Q3_K"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"));

  private GgufTypes() {}

  /** ggml's number of a type. */
  static int number(DType dtype) {
    return SUPPORTED.entrySet().stream()
        .filter(e -> e.getValue() == dtype)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  static DType of(int id, String tensor, GgufCursor in) {
    DType dtype = SUPPORTED.get(id);
    if (dtype == null) {
      throw in.bad(
          "has tensor "
              + tensor
              + " of type "
              + OTHERS.getOrDefault(id, "number " + Integer.toUnsignedString(id))
              + "; supported are F32, F16, BF16, F64, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K,"
              + " Q6_K");
    }
    return dtype;
  }
}
