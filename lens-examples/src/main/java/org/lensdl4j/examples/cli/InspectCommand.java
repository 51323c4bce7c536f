package org.lensdl4j.examples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lensdl4j.examples.inspect.ModelSummary;
import org.lensdl4j.examples.inspect.OnnxSummary;
import org.lensdl4j.examples.inspect.RunSummary;
import org.lensdl4j.examples.inspect.SpaceSummary;
import org.lensdl4j.examples.inspect.SteeringSummary;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.weights.ForeignFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lens inspect}. */
@Command(
    name = "inspect",
    description = "Shows what is in a model, a language space or a run folder.")
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATH",
      description =
          "Model folder, .gguf or .onnx file, language space (.safetensors) or run folder.")
  private Path path;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(summary());
    spec.commandLine().getOut().flush();
    return 0;
  }

  private String summary() {
    if (!Files.exists(path)) {
      throw new LensException(path + ": no such file or folder");
    }
    if (Files.isDirectory(path) && Files.exists(path.resolve(RunSummary.MARK))) {
      return RunSummary.of(path);
    }
    if (Files.isRegularFile(path) && path.toString().endsWith(".safetensors")) {
      return Steering.isSteering(path)
          ? SteeringSummary.of(Steering.load(path))
          : SpaceSummary.of(LanguageSpace.load(path));
    }
    if (Files.isRegularFile(path) && path.toString().endsWith(".onnx")) {
      try (OnnxModel model = OnnxModel.open(path)) {
        return OnnxSummary.of(model);
      }
    }
    if (Files.isDirectory(path) && !Files.exists(path.resolve("config.json"))) {
      throw new LensException(
          String.format(
                  Locale.ROOT,
                  "%s: found a folder with neither config.json (a model) nor %s (a run)",
                  path,
                  RunSummary.MARK)
              + ForeignFiles.folderHint(path));
    }
    try (TransformerModel model = TransformerModel.open(path)) {
      return ModelSummary.of(model);
    }
  }
}
