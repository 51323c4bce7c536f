package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lensdl4j.lens.space.ControlVector;
import org.lensdl4j.lens.space.LanguageSpace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "control-vector",
    description = "Writes a language's directions as a control vector for llama.cpp.")
final class ControlVectorCommand implements Callable<Integer> {
  @Option(
      names = "--space",
      required = true,
      paramLabel = "FILE",
      description = "Language space, as lens probe writes it.")
  private Path space;

  @Option(
      names = "--language",
      required = true,
      paramLabel = "CODE",
      description = "One of the space's languages.")
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
    LanguageSpace loaded = LanguageSpace.load(space);
    ControlVector.write(loaded, language, architecture, scale, out);
    spec.commandLine().getOut().printf("%s: written%n", out);
    return 0;
  }
}
