package org.lensdl4j.model.export;

import java.util.Locale;

/**
 * An export would lose most of what was trained; nothing was written. Ways out are another type of
 * the changed tensors, stochastic rounding, an adapter, or to accept the loss: {@link
 * ExportOptions}.
 */
public final class LossyExportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ExportSurvival survival;

  LossyExportException(ExportSurvival survival) {
    super(
        String.format(
            Locale.ROOT,
            "nothing was written: only %s, expected at least %s",
            survival.line(),
            Survival.percent(Survival.LEAST_KEPT)));
    this.survival = survival;
  }

  /** What would have survived. */
  public ExportSurvival survival() {
    return survival;
  }
}
