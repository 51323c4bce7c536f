package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.GgufFile;

/** Reads the description of a model from its files, of either kind. */
public final class Architectures {
  private Architectures() {}

  /**
   * Reads {@code config.json} (and the end tokens of {@code generation_config.json}).
   *
   * @throws ModelFormatException for an unknown {@code model_type}, and for every setting that
   *     would change the result and is not supported, naming it
   */
  public static ModelConfig fromDirectory(Path directory) {
    return HuggingFaceConfig.read(directory);
  }

  /**
   * The same from parsed JSON.
   *
   * @param source how messages name the file
   * @param generation {@code generation_config.json}, or null
   */
  public static ModelConfig fromJson(String source, JsonNode config, JsonNode generation) {
    return HuggingFaceConfig.read(source, config, generation);
  }

  /** Reads the metadata of a GGUF file. */
  public static ModelConfig fromGguf(GgufFile file) {
    return GgufConfig.read(file);
  }

  /**
   * {@code config.json} of a description: what {@link #fromJson} reads.
   *
   * @throws ModelFormatException for a family that GGUF files are not of, and for what no class of
   *     {@code transformers} expresses
   */
  public static ObjectNode toJson(ModelConfig config) {
    return ConfigWriter.write(config);
  }
}
