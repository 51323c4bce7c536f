package org.lensdl4j.model.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.AtomicFolder;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.lensdl4j.model.weights.TensorForm;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a model with some of its tensors changed.
 *
 * <pre>{@code
 * ModelDirectoryWriter.of(model).changed(trained).settings(config.toJson()).write(Path.of("out"));
 * }</pre>
 *
 * <p>From a Hugging Face directory: changed tensors are rounded to the type that they had, unless
 * {@link ExportOptions} say otherwise, and put in the same place; all other bytes of the weight
 * files, the index, configuration and tokenizer are copied. With another type of changed tensors,
 * headers are made anew, and the configuration names that type where it is wider. Subfolders,
 * hidden files and weights in other formats are left out. From a GGUF file: a complete directory
 * for {@code transformers}; quantised tensors become F32, which is what the model computes with
 * here.
 *
 * <p>Before anything is written, it is found how much of the change survives; most of it must. The
 * folder appears when it is complete; a failure leaves nothing behind.
 */
public final class ModelDirectoryWriter {
  static final String MANIFEST = "lens.json";
  private static final String CHANGES = "changed.safetensors";

  private final TransformerModel model;
  private Map<String, INDArray> changed = Map.of();
  private String settings = "{}";
  private ExportOptions options = ExportOptions.DEFAULTS;

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

  /** How changed tensors are stored; safetensors files have no Q8_0. */
  public ModelDirectoryWriter options(ExportOptions value) {
    if (value.changedType() != null && value.changedType().isQuantised()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "changed tensors cannot be written as %s to a directory; expected F32, F16 or BF16",
              value.changedType()));
    }
    options = value;
    return this;
  }

  /** How much of the change would survive; nothing is written. */
  public ExportSurvival survival() {
    return survival(DType.F32);
  }

  /**
   * How much of the change would survive in a reader that rounds all tensors once more.
   *
   * @param readAs F32 (no rounding), F16 or BF16: the original, too, is read so
   */
  public ExportSurvival survival(DType readAs) {
    ChangedTensors.check(model.weights(), changed);
    ChangedTensors.check(changed, this::form);
    Map<String, Survival> out = new TreeMap<>();
    changed.forEach(
        (name, trained) -> {
          try (INDArray original = model.weights().read(name)) {
            out.put(name, SurvivalMeter.stored(original, trained, form(name), readAs));
          }
        });
    return new ExportSurvival(out);
  }

  private TensorForm form(String name) {
    DType stored = model.weights().tensors().get(name).dtype();
    DType type =
        options.changedType() == null ? ChangedTensors.targetType(stored) : options.changedType();
    return new TensorForm(model.weights().storedName(name), type, options.rounding());
  }

  /**
   * Writes the whole model.
   *
   * @param output does not exist, or is empty
   * @return how much of the change survived
   * @throws LossyExportException if that is too little
   * @throws org.lensdl4j.model.base.OutputInUseException if it is not
   * @throws org.lensdl4j.model.base.ModelFormatException if a changed tensor is unknown, of another
   *     shape, or not finite
   */
  public ExportSurvival write(Path output) {
    AtomicFolder.requireFree(output);
    ExportSurvival survival = survival();
    survival.require(options);
    String manifest = manifest("model", survival);
    if (model.gguf().isPresent()) {
      GgufExport export = new GgufExport(model, changed, this::form);
      AtomicFolder.write(output, export.bytes(), folder -> finish(folder, manifest, export::write));
    } else {
      DirectoryExport export = directory();
      AtomicFolder.write(output, export.bytes(), folder -> finish(folder, manifest, export::write));
    }
    return survival;
  }

  /**
   * Writes only the changed tensors, to {@code changed.safetensors}, in the types that {@link
   * #write} would give them.
   *
   * @return how much of the change survived
   * @throws LossyExportException if that is too little
   */
  public ExportSurvival writeChanges(Path output) {
    AtomicFolder.requireFree(output);
    ExportSurvival survival = survival();
    survival.require(options);
    String manifest = manifest("changes", survival);
    SafetensorsWriter writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
    for (Map.Entry<String, INDArray> e : changed.entrySet()) {
      TensorForm form = form(e.getKey());
      long[] shape = e.getValue().shape();
      writer.add(form.tensor(), form.dtype(), shape, form.source(e.getValue()));
    }
    AtomicFolder.write(
        output,
        writer.dataBytes(),
        folder -> finish(folder, manifest, f -> writer.write(f.resolve(CHANGES))));
    return survival;
  }

  private DirectoryExport directory() {
    Map<String, INDArray> stored = new TreeMap<>();
    Map<String, TensorForm> forms = new TreeMap<>();
    changed.forEach(
        (name, values) -> {
          TensorForm form = form(name);
          stored.put(form.tensor(), values);
          forms.put(form.tensor(), form);
        });
    return new DirectoryExport(model.source(), stored, forms, options.changedType());
  }

  private static void finish(Path folder, String manifest, AtomicFolder.Content content)
      throws java.io.IOException {
    content.writeTo(folder);
    AtomicFile.write(folder.resolve(MANIFEST), manifest);
  }

  /** Describes the change. */
  private String manifest(String content, ExportSurvival survival) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode out = json.createObjectNode();
    out.put("format", "lens-export").put("version", 1).put("content", content);
    out.put("sourceName", model.source().toAbsolutePath().getFileName().toString());
    out.put("sourceHash", model.hash());
    try (OverlayWeights after = new OverlayWeights(model.weights(), changed)) {
      out.put("resultHash", after.hash());
    }
    if (!changed.isEmpty()) {
      out.put("rounding", options.rounding().toString()).set("survival", survival.toJson());
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
