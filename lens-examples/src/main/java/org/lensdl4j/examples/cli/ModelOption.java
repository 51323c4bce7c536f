package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import org.lensdl4j.model.TransformerModel;
import picocli.CommandLine.Option;

/** The model to work on. */
public final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "PATH",
      description = "Hugging Face directory or .gguf file.")
  Path path;

  /** As given. */
  public Path path() {
    return path;
  }

  TransformerModel open() {
    return TransformerModel.open(path);
  }

  /** Opens the model; its hash is remembered beside the other things that can be made again. */
  TransformerModel open(CacheFolder cache) {
    return open().rememberHash(cache.hashes());
  }
}
