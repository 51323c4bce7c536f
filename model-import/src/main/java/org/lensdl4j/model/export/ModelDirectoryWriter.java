package org.lensdl4j.model.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.AtomicFolder;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.lensdl4j.model.weights.TensorSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a model with some of its tensors changed.
 *
 * <pre>{@code
 * ModelDirectoryWriter.of(model).changed(trained).settings(config.toJson()).write(Path.of("out"));
 * }</pre>
 *
 * <p>From a Hugging Face directory: changed tensors are rounded (to nearest, ties to even) to the
 * type that they had and put in the same place; all other bytes of the weight files, the index,
 * configuration and tokenizer are copied. Subfolders, hidden files and weights in other formats are
 * left out. From a GGUF file: a complete directory for {@code transformers}; quantised tensors
 * become F32, which is what the model computes with here.
 *
 * <p>The folder appears when it is complete; a failure leaves nothing behind.
 */
public final class ModelDirectoryWriter {
  static final String MANIFEST = "lens.json";
  private static final String CHANGES = "changed.safetensors";

  private final TransformerModel model;
  private Map<String, INDArray> changed = Map.of();
  private String settings = "{}";

  private ModelDirectoryWriter(TransformerModel model) {
    this.model = model;
  }

  /** Begins an export of a model, which must stay open until it is written. */
  public static ModelDirectoryWriter of(TransformerModel model) {
    return new ModelDirectoryWriter(model);
  }

  /**
   * The tensors that changed.
   *
   * @param values FLOAT arrays in C order under the model's names; they stay the caller's and must
   *     not change until the folder is written
   */
  public ModelDirectoryWriter changed(Map<String, INDArray> values) {
    changed = new TreeMap<>(values);
    return this;
  }

  /** How the change was made, as a JSON object for the manifest. */
  public ModelDirectoryWriter settings(String json) {
    settings = json;
    return this;
  }

  /**
   * Writes the whole model.
   *
   * @param output does not exist, or is empty
   * @throws org.lensdl4j.model.base.OutputInUseException if it is not
   * @throws org.lensdl4j.model.base.ModelFormatException if a changed tensor is unknown, of another
   *     shape, or not finite
   */
  public void write(Path output) {
    AtomicFolder.requireFree(output);
    String manifest = manifest("model");
    if (model.gguf().isPresent()) {
      GgufExport export = new GgufExport(model, changed);
      AtomicFolder.write(output, export.bytes(), folder -> finish(folder, manifest, export::write));
    } else {
      DirectoryExport export = new DirectoryExport(model.source(), stored());
      AtomicFolder.write(output, export.bytes(), folder -> finish(folder, manifest, export::write));
    }
  }

  /**
   * Writes only the changed tensors, to {@code changed.safetensors}, in the types that {@link
   * #write} would give them.
   */
  public void writeChanges(Path output) {
    AtomicFolder.requireFree(output);
    String manifest = manifest("changes");
    SafetensorsWriter writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
    for (Map.Entry<String, INDArray> e : changed.entrySet()) {
      DType dtype = ChangedTensors.targetType(model.weights().tensors().get(e.getKey()).dtype());
      long[] shape = e.getValue().shape();
      String name = model.weights().storedName(e.getKey());
      writer.add(name, dtype, shape, TensorSource.of(e.getValue(), dtype));
    }
    AtomicFolder.write(
        output,
        writer.dataBytes(),
        folder -> finish(folder, manifest, f -> writer.write(f.resolve(CHANGES))));
  }

  /** The changed tensors by the names that the files have. */
  private Map<String, INDArray> stored() {
    Map<String, INDArray> out = new TreeMap<>();
    changed.forEach((name, values) -> out.put(model.weights().storedName(name), values));
    return out;
  }

  private static void finish(Path folder, String manifest, AtomicFolder.Content content)
      throws java.io.IOException {
    content.writeTo(folder);
    AtomicFile.write(folder.resolve(MANIFEST), manifest);
  }

  /** Checks everything about the change, and describes it. */
  private String manifest(String content) {
    ChangedTensors.check(model.weights(), changed);
    ObjectMapper json = new ObjectMapper();
    ObjectNode out = json.createObjectNode();
    out.put("format", "lens-export").put("version", 1).put("content", content);
    out.put("sourceName", model.source().toAbsolutePath().getFileName().toString());
    out.put("sourceHash", model.hash());
    try (OverlayWeights after = new OverlayWeights(model.weights(), changed)) {
      out.put("resultHash", after.hash());
    }
    new TreeSet<>(changed.keySet()).forEach(out.putArray("changed")::add);
    try {
      JsonNode parsed = json.readTree(settings);
      out.set("settings", parsed);
      return json.writerWithDefaultPrettyPrinter().writeValueAsString(out) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The settings are not JSON: " + e.getMessage(), e);
    }
  }
}
