package org.lensdl4j.lab.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.graph.LoraAdapters;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What was exported of a model, opened from its files.
 *
 * @param source the model that it was made of
 * @param model as a whole, with its own tokenizer; null of an adapter
 * @param merged the matrices that an adapter changes; empty of a whole model
 */
record Exported(TransformerModel source, TransformerModel model, Map<String, INDArray> merged)
    implements AutoCloseable {

  /**
   * Opens a directory, GGUF file or adapter folder.
   *
   * @throws LensException if it is no export of this model
   */
  static Exported open(Path files, TransformerModel source) {
    if (Files.exists(files.resolve("adapter_config.json"))) {
      try (LoraAdapters adapters = AdapterFolder.read(files, source.config())) {
        return new Exported(source, null, adapters.merge(source.weights()));
      }
    }
    TransformerModel model = TransformerModel.open(files);
    String expected = shape(source.config());
    String found = shape(model.config());
    if (!found.equals(expected)) {
      model.close();
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s is no export of %s: found %s, expected %s",
              files,
              source.source(),
              found,
              expected));
    }
    return new Exported(source, model, Map.of());
  }

  private static String shape(ModelConfig c) {
    return String.format(
        Locale.ROOT, "%d layers of size %d, %d tokens", c.layers(), c.hiddenSize(), c.vocabSize());
  }

  Column column(String name) {
    if (model == null) {
      return Column.changed(name, merged, source);
    }
    return new Column(
        name,
        model.weights(),
        model.config().layers(),
        LanguageEdit.NONE,
        model.hash() + model.tokenizer().hash());
  }

  @Override
  public void close() {
    merged.values().forEach(INDArray::close);
    if (model != null) {
      model.close();
    }
  }
}
