package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lensdl4j.model.onnx.OnnxEncoder;
import org.lensdl4j.model.trunk.Pooling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens import}. */
@Command(
    name = "import",
    description =
        "Makes a Hugging Face directory, which can be probed and trained, of a sentence encoder that is"
            + " published as an ONNX file; kept only if it computes the same.")
final class ImportCommand implements Callable<Integer> {
  @Option(
      names = "--onnx",
      required = true,
      paramLabel = "FILE",
      description = "The encoder: BERT's form, weights in 32 bits.")
  private Path onnx;

  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "FILE",
      description = "Its tokenizer.json.")
  private Path tokenizer;

  /** What the file does not say. */
  private enum How {
    mean,
    cls
  }

  @Option(
      names = "--pooling",
      required = true,
      paramLabel = "WHICH",
      description =
          "How its publisher makes one vector of a text: mean of all tokens, or cls, the first one.")
  private How pooling;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write: new or empty.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Outputs.folder(out);
    OnnxEncoder.write(onnx, tokenizer, pooling == How.mean ? Pooling.MEAN : Pooling.FIRST, out);
    spec.commandLine().getOut().printf(Locale.ROOT, "%s: written%n", out);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
