package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.export.ExportSurvival;
import org.lensdl4j.model.export.LossyExportException;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.Rounding;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How changed tensors are stored, and what is said of it. */
final class ExportFlags {
  private static final int WORST = 5;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "Type of the changed tensors: F32, F16, BF16 or, with --gguf, Q8_0. Default: the type that"
              + " they had (of quantised ones F32), or that of --gguf.")
  private ChangedType dtype;

  /** The types of changed tensors that can be asked for. */
  private enum ChangedType {
    F32,
    F16,
    BF16,
    Q8_0
  }

  @Option(
      names = "--rounding",
      paramLabel = "HOW",
      description =
          "How changed tensors are rounded: nearest, or stochastic[:SEED], which keeps the mean of the"
              + " change. Default: nearest.")
  private String rounding = "nearest";

  @Option(
      names = "--accept-loss",
      description = "Write although less than half of the trained change survives.")
  private boolean acceptLoss;

  ExportOptions options(CommandSpec spec, boolean gguf) {
    if (dtype == ChangedType.Q8_0 && !gguf) {
      throw new ParameterException(spec.commandLine(), "--dtype Q8_0 is for --gguf");
    }
    try {
      ExportOptions out = ExportOptions.DEFAULTS.rounded(Rounding.parse(rounding));
      ExportOptions typed = dtype == null ? out : out.changedAs(DType.valueOf(dtype.name()));
      return acceptLoss ? typed.acceptLoss() : typed;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "option --rounding: " + e.getMessage(), e);
    }
  }

  boolean givesForm() {
    return dtype != null || !rounding.equals("nearest");
  }

  /** What survived; with {@code --verbose} also the tensors that kept least. */
  void print(PrintWriter to, ExportSurvival survival, CommandSpec spec) {
    to.println(survival.line());
    if (((LensCommand) spec.root().userObject()).verbose) {
      survival.worst(WORST).forEach(line -> to.println("  " + line));
    }
    if (survival.isNoisy()) {
      to.println(
          "Compare it with the untouched model rounded in the same way; --choices shows what keeps more.");
    }
  }

  LensException advised(LossyExportException e) {
    return new LensException(
        String.format(
            Locale.ROOT,
            "%s; --choices shows what keeps more (such as --dtype F32), --accept-loss writes it all the same",
            e.getMessage()),
        e);
  }
}
