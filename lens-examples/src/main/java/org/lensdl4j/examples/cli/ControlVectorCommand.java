package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.steer.ControlVector;
import org.lensdl4j.lens.steer.Steering;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "control-vector",
    description = "Writes a language's directions as a control vector for llama.cpp.")
final class ControlVectorCommand implements Callable<Integer> {
  /** Where directions come from. */
  static final class Source {
    @Option(
        names = "--space",
        required = true,
        paramLabel = "FILE",
        description = "Language space, as lens probe writes it: directions of layers 2 to K-1.")
    private Path space;

    @Option(
        names = "--steering",
        required = true,
        paramLabel = "FILE",
        description = "Steering, as lens steer writes it: its layers and strength.")
    private Path steering;
  }

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--language",
      required = true,
      paramLabel = "CODE",
      description = "The language to steer to.")
  private String language;

  @Option(
      names = "--architecture",
      paramLabel = "NAME",
      description = "llama.cpp's name of the model's architecture. Default: ${DEFAULT-VALUE}.")
  private String architecture = "llama";

  @Option(
      names = "--scale",
      paramLabel = "X",
      defaultValue = "1",
      description = "What directions are multiplied by. Default: ${DEFAULT-VALUE}.")
  private double scale;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "GGUF file to write.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Outputs.file(out);
    if (source.steering == null) {
      LanguageSpace loaded = LanguageSpace.load(source.space);
      ControlVector.write(loaded, language, architecture, scale, out);
    } else if (scale != 1) {
      throw new ParameterException(
          spec.commandLine(), "option --scale is for --space: a steering has a strength");
    } else {
      ControlVector.write(Steering.load(source.steering), language, architecture, out);
    }
    spec.commandLine().getOut().printf(Locale.ROOT, "%s: written%n", out);
    return 0;
  }
}
