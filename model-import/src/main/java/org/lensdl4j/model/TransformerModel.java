package org.lensdl4j.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.config.Architectures;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorShapes;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.text.ChatTemplate;
import org.lensdl4j.model.text.ModelText;
import org.lensdl4j.model.text.TextTokenizer;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.GgufFile;
import org.lensdl4j.model.weights.GgufMetadata;
import org.lensdl4j.model.weights.RenamedWeights;
import org.lensdl4j.model.weights.WeightFiles;
import org.lensdl4j.model.weights.Weights;

/**
 * A model on disk, open for use.
 *
 * <pre>{@code
 * try (TransformerModel model = TransformerModel.open(Path.of("SmolLM2-135M-Instruct"))) {
 *   System.out.println(model.config().layers() + " layers");
 * }
 * }</pre>
 *
 * <p>Opening reads and checks headers and configuration only. Weights are read when asked for.
 */
public final class TransformerModel implements AutoCloseable {
  private final Path source;
  private final ModelConfig config;
  private final Weights weights;
  private final GgufMetadata gguf;
  private final List<Path> files;
  private final Guard guard;
  private ModelText text;
  private WeightHashCache hashes;

  private TransformerModel(
      Path source, ModelConfig config, Weights weights, GgufMetadata gguf, List<Path> files) {
    this.source = source;
    this.config = config;
    this.weights = weights;
    this.gguf = gguf;
    this.files = files;
    this.guard = new Guard("the model " + source);
  }

  /**
   * Opens a model.
   *
   * @param path a Hugging Face directory, or a GGUF file, or any part of a split one, whose other
   *     parts lie beside it
   * @throws ModelFormatException if it is damaged, incomplete or of an unsupported kind; the
   *     message says which and what would be supported
   */
  public static TransformerModel open(Path path) {
    if (!Files.exists(path)) {
      boolean hub = path.toString().matches("[\\w.-]+/[\\w.-]+");
      throw new ModelFormatException(
          "There is no model "
              + path
              + (hub
                  ? "; nothing is fetched: if that is a name on a hub, download the model and name"
                      + " its folder"
                  : ""));
    }
    return Files.isDirectory(path) ? openDirectory(path) : openGguf(path);
  }

  private static TransformerModel openDirectory(Path path) {
    ModelConfig config = Architectures.fromDirectory(path);
    Weights weights = WeightFiles.openDirectory(path);
    if (config.isEncoder()) {
      weights = RenamedWeights.ofFirstCheckpoints(weights);
    }
    ModelConfig matching = TensorShapes.matching(config, weights);
    return checked(new TransformerModel(path, matching, weights, null, List.of(path)));
  }

  private static TransformerModel openGguf(Path path) {
    GgufFile file = GgufFile.open(path);
    try {
      ModelConfig config = Architectures.fromGguf(file);
      return checked(
          new TransformerModel(
              path, config, WeightFiles.ofGguf(file), file.metadata(), file.paths()));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static TransformerModel checked(TransformerModel model) {
    try {
      TensorShapes.require(model.config, model.weights, model.source.toString());
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** The folder or file that was opened. */
  public Path source() {
    return source;
  }

  /** The description of the architecture. */
  public ModelConfig config() {
    return config;
  }

  /** The tensors; closed together with the model. */
  public Weights weights() {
    return weights;
  }

  /** The metadata of a GGUF file; empty for a Hugging Face directory. */
  public Optional<GgufMetadata> gguf() {
    return Optional.ofNullable(gguf);
  }

  /**
   * The tokenizer, read when first asked for; closed together with the model.
   *
   * @throws ModelFormatException if there is none, or of an unsupported kind
   */
  public TextTokenizer tokenizer() {
    return text().tokenizer();
  }

  /** The chat template; empty for a model that has none. */
  public Optional<ChatTemplate> chatTemplate() {
    return text().template();
  }

  private synchronized ModelText text() {
    guard.requireOpen();
    if (text == null) {
      text =
          gguf == null
              ? ModelText.ofDirectory(source)
              : ModelText.ofGguf(gguf.asMap(), source.toString());
    }
    return text;
  }

  /**
   * Begins a SameDiff graph of this model: the whole of it from tokens, or its upper layers from
   * the states that enter them.
   *
   * <pre>{@code
   * TransformerGraph whole = model.graph().padded().tokens().head().build();
   * TransformerGraph top = model.graph().topLayers(2).trainable("model.layers.*").build();
   * }</pre>
   */
  public TransformerGraph.Builder graph() {
    return TransformerGraph.builder(config, weights);
  }

  /** Begins to set up the engine that computes hidden states of many texts. */
  public Trunk.Builder trunk() {
    return Trunk.builder(config, weights);
  }

  /** Reads all layers into memory to generate text; the caller closes. */
  public Generator generator() {
    return generator(Generator.BATCH);
  }

  /**
   * Reads all layers into memory to generate text; the caller closes.
   *
   * @param batch the most texts at once
   */
  public Generator generator(int batch) {
    return new Generator(config, weights, batch);
  }

  /** The identity of the weights, see {@link Weights#hash()}. */
  public synchronized String hash() {
    return hashes == null ? weights.hash() : hashes.get(files, weights::hash);
  }

  /**
   * Remembers the hash of the weights between runs, by the files' paths, sizes and times: computing
   * it reads all weights.
   *
   * @param folder where it is kept; made when needed, can be deleted at any time
   */
  public synchronized TransformerModel rememberHash(Path folder) {
    hashes = new WeightHashCache(folder);
    return this;
  }

  @Override
  public synchronized void close() {
    guard.close(
        () -> {
          if (text != null) {
            text.close();
          }
          weights.close();
        });
  }
}
