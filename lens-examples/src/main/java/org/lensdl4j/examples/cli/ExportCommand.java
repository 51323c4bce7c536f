package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.export.ExportSurvival;
import org.lensdl4j.model.export.LossyExportException;
import org.lensdl4j.model.weights.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens export}. */
@Command(
    name = "export",
    description =
        "Writes the model of a finished run as a Hugging Face directory, or as a GGUF file.")
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
      required = true,
      paramLabel = "DIR",
      description = "Folder to write: new or empty; with --gguf a new file.")
  private Path out;

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
      names = "--only-changed",
      description = "Write only the changed tensors, to changed.safetensors.")
  private boolean onlyChanged;

  @Mixin private final ExportFlags flags = new ExportFlags();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ExportOptions options = flags.options(spec, gguf != null);
    try (TransformerModel opened = model.open(cache)) {
      LensResult result = LensResult.open(run, opened);
      ExportSurvival survival = write(result, options);
      PrintWriter print = spec.commandLine().getOut();
      print.printf("%s: written%n", out);
      flags.print(print, survival, spec);
      print.flush();
    } catch (LossyExportException e) {
      throw flags.advised(e, gguf != null);
    }
    return 0;
  }

  private ExportSurvival write(LensResult result, ExportOptions options) {
    if (gguf != null) {
      DType type = gguf == GgufType.KEEP ? null : DType.valueOf(gguf.name());
      return result.exportGguf(out, type, options);
    }
    return onlyChanged ? result.exportChanges(out, options) : result.export(out, options);
  }
}
