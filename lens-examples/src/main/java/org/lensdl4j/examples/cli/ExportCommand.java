package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.export.ExportSurvival;
import org.lensdl4j.model.export.LossyExportException;
import org.lensdl4j.model.onnx.OnnxExport;
import org.lensdl4j.model.weights.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lens export}. */
@Command(
    name = "export",
    description =
        "Writes the model of a finished run as a Hugging Face directory, a GGUF file, an ONNX file or an"
            + " adapter.")
final class ExportCommand implements Callable<Integer> {
  @Mixin private ModelOption model;
  @Mixin private CacheOption cache;

  @Option(
      names = "--run",
      required = true,
      paramLabel = "DIR",
      description = "Run folder of lens train.")
  private Path run;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder to write: new or empty; with --gguf and --onnx a new file.")
  private Path out;

  @Option(
      names = "--choices",
      description = "Only print what each way of exporting keeps of what was trained.")
  private boolean choices;

  @Option(
      names = "--gguf",
      paramLabel = "TYPE",
      description =
          "Write one GGUF file for llama.cpp with matrices of this type: F32, F16, BF16, Q8_0, or"
              + " KEEP for those of a GGUF model.")
  private GgufType gguf;

  /** The types of matrices that can be asked for. */
  private enum GgufType {
    F32,
    F16,
    BF16,
    Q8_0,
    KEEP
  }

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      description =
          "Write this ONNX file of the model before training again, with what was trained: its graph and"
              + " every byte beside the trained weights stay.")
  private Path onnx;

  @Option(
      names = "--only-changed",
      description = "Write only the changed tensors, to changed.safetensors.")
  private boolean onlyChanged;

  @Option(
      names = "--adapter",
      paramLabel = "RANK",
      description =
          "Write only a low-rank adapter in PEFT's form, which stands beside the published model.")
  private Integer adapter;

  @Mixin private final ExportFlags flags = new ExportFlags();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    check();
    if (out != null) {
      Outputs.fresh(out, gguf != null);
    }
    ExportOptions options = flags.options(spec, gguf != null);
    try (TransformerModel opened = model.open(cache)) {
      LensResult result = LensResult.open(run, opened);
      PrintWriter print = spec.commandLine().getOut();
      if (choices) {
        try (TrainedWeights weights = result.weights()) {
          print.print(ExportChoices.of(opened, weights.arrays()));
        }
        print.flush();
        return 0;
      }
      if (onnx != null) {
        try (TrainedWeights weights = result.weights()) {
          OnnxExport.write(onnx, opened.weights(), weights.arrays(), out);
        }
        print.printf(Locale.ROOT, "%s: written%n", out);
      } else {
        ExportSurvival survival = write(result, options);
        print.printf(Locale.ROOT, "%s: written%n", out);
        flags.print(print, survival, spec);
      }
      print.flush();
    } catch (LossyExportException e) {
      throw flags.advised(e);
    }
    return 0;
  }

  private void check() {
    if (choices == (out != null)) {
      throw new ParameterException(
          spec.commandLine(),
          choices
              ? "--choices writes nothing: give no --out"
              : "Missing required option: '--out=DIR'");
    }
    long kinds =
        Stream.of(gguf != null, onnx != null, onlyChanged, adapter != null)
            .filter(Boolean::booleanValue)
            .count();
    if (kinds > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "expected one of --gguf, --onnx, --adapter and --only-changed at most");
    }
    if (adapter != null && (adapter < 1 || adapter > 1024)) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "option --adapter: found %d, expected 1 to 1024", adapter));
    }
    if (onnx != null && flags.givesForm()) {
      throw new ParameterException(
          spec.commandLine(), "--dtype and --rounding are not for --onnx, which keeps F32");
    }
    if (adapter != null && flags.givesForm()) {
      throw new ParameterException(
          spec.commandLine(), "--dtype and --rounding are not for --adapter, which is in F32");
    }
  }

  private ExportSurvival write(LensResult result, ExportOptions options) {
    if (gguf != null) {
      DType type = gguf == GgufType.KEEP ? null : DType.valueOf(gguf.name());
      return result.exportGguf(out, type, options);
    }
    if (adapter != null) {
      return result.exportAdapter(out, adapter, options);
    }
    return onlyChanged ? result.exportChanges(out, options) : result.export(out, options);
  }
}
