package org.lensdl4j.tests.reference;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.lensdl4j.model.TransformerModel;

/**
 * A tiny random model of one family, open, beside what transformers computed with it: what {@code
 * make_family_reference.py} wrote.
 */
final class FamilyVariant implements AutoCloseable {
  /** Three layers of additions in another order: measured 2e-6 at most. */
  static final double TOLERANCE = 1e-5;

  static final List<String> ALL =
      List.of(
          "llama-3.1",
          "smollm",
          "mistral",
          "qwen2",
          "qwen2-window",
          "qwen3",
          "qwen3-bias",
          "phi3",
          "phi3.5-longrope",
          "phi4-mini-partial",
          "gemma",
          "gemma2",
          "gemma2-bias",
          "gemma3",
          "gemma3-linear",
          "olmo2",
          "granite",
          "granite-bias",
          "stablelm",
          "stablelm-parallel",
          "gpt2",
          "gpt2-inner",
          "pythia",
          "neox-sequential",
          "bloom",
          "cohere",
          "cohere-norms",
          "cohere2",
          "cohere2-pattern",
          "smollm3",
          "smollm3-window",
          "olmo3",
          "exaone4",
          "exaone4-full",
          "seed-oss",
          "hunyuan",
          "ernie4.5",
          "ernie4.5-bias",
          "glm",
          "glm4",
          "ministral",
          "llama-yarn",
          "qwen3-yarn");

  final TransformerModel model;
  final StoredValues stored;

  private FamilyVariant(TransformerModel model, StoredValues stored) {
    this.model = model;
    this.stored = stored;
  }

  static Path folder(String name) {
    return resource("families/" + name);
  }

  private static Path resource(String folder) {
    try {
      return Path.of(
              FamilyVariant.class.getResource("/reference/" + folder + "/config.json").toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static FamilyVariant open(String name) {
    return of(folder(name));
  }

  /** One of those of {@code make_encoder_reference.py}. */
  static FamilyVariant encoder(String name) {
    return of(encoderFolder(name));
  }

  static Path encoderFolder(String name) {
    return resource("encoders/" + name);
  }

  private static FamilyVariant of(Path folder) {
    StoredValues stored = StoredValues.file(folder.resolve("reference.safetensors"));
    return new FamilyVariant(TransformerModel.open(folder), stored);
  }

  int layers() {
    return model.config().layers();
  }

  @Override
  public void close() {
    model.close();
  }
}
