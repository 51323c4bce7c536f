package org.lensdl4j.model.export;

import java.util.Locale;
import java.util.Set;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.Rounding;

/**
 * How changed tensors are stored, and what may be lost.
 *
 * <pre>{@code
 * result.export(folder, ExportOptions.DEFAULTS.changedAs(DType.F32));
 * }</pre>
 *
 * @param changedType element type of changed tensors; null for the one that they had, or, of
 *     quantised ones, the one that the writer states
 * @param rounding of changed tensors
 * @param acceptsLoss whether to write although less than {@link Survival#LEAST_KEPT} of the change
 *     survives
 */
public record ExportOptions(DType changedType, Rounding rounding, boolean acceptsLoss) {
  /** The types that tensors had, rounded to nearest, and no loss of most of the change. */
  public static final ExportOptions DEFAULTS = new ExportOptions(null, Rounding.NEAREST, false);

  private static final Set<DType> TYPES = Set.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0);

  public ExportOptions {
    if (changedType != null && !TYPES.contains(changedType)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "changed tensors cannot be written as %s; expected F32, F16, BF16 or Q8_0",
              changedType));
    }
  }

  /** With a type of changed tensors: F32, F16, BF16 or, in GGUF files, Q8_0. */
  public ExportOptions changedAs(DType type) {
    return new ExportOptions(type, rounding, acceptsLoss);
  }

  /** With a way of rounding changed tensors. */
  public ExportOptions rounded(Rounding how) {
    return new ExportOptions(changedType, how, acceptsLoss);
  }

  /** Writes whatever is lost. */
  public ExportOptions acceptLoss() {
    return new ExportOptions(changedType, rounding, true);
  }
}
