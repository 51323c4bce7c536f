package org.lensdl4j.model.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.AtomicFolder;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorShapes;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes what training changed as a low-rank adapter of PEFT's form, beside which the model stays
 * as it is published, in 16 bits or quantised.
 *
 * <pre>{@code
 * AdapterWriter.of(model).changed(trained).rank(64).write(Path.of("adapter"));
 * }</pre>
 *
 * <p>Of each changed matrix of the layers it keeps the part of that rank which is nearest to the
 * change. Norms, biases, embeddings and heads are not in an adapter: their change is lost, and
 * counted as lost.
 */
public final class AdapterWriter {
  private final TransformerModel model;
  private Map<String, INDArray> changed = Map.of();
  private int rank = 64;
  private ExportOptions options = ExportOptions.DEFAULTS;

  private AdapterWriter(TransformerModel model) {
    this.model = model;
  }

  /** Begins an export of what changed in a model, which must stay open until it is written. */
  public static AdapterWriter of(TransformerModel model) {
    return new AdapterWriter(model);
  }

  /** Tensors in place of the model's, FLOAT, by Hugging Face name; they stay the caller's. */
  public AdapterWriter changed(Map<String, INDArray> arrays) {
    changed = new TreeMap<>(arrays);
    return this;
  }

  /**
   * The rank; by default 64.
   *
   * @param value 1 to 1024
   */
  public AdapterWriter rank(int value) {
    rank = Lora.rank(value).rank();
    return this;
  }

  /** What may be lost; adapters are in F32. */
  public AdapterWriter options(ExportOptions value) {
    options = value;
    return this;
  }

  /** How much of the change would survive; nothing is written. */
  public ExportSurvival survival() {
    try (LoraAdapters adapters = adapters()) {
      return survival(adapters);
    }
  }

  /**
   * Writes the folder.
   *
   * @param output a new or empty folder
   * @return how much of the change survived
   * @throws LossyExportException if that is too little; nothing was written
   */
  public ExportSurvival write(Path output) {
    AtomicFolder.requireFree(output);
    try (LoraAdapters adapters = adapters()) {
      ExportSurvival survival = survival(adapters);
      survival.require(options);
      AdapterFolder.write(output, adapters, String.valueOf(model.source().getFileName()));
      return survival;
    }
  }

  private LoraAdapters adapters() {
    model.config().requireDecoder("an adapter");
    ChangedTensors.check(model.weights(), changed);
    TreeSet<String> matrices = matrices();
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    try {
      for (String name : matrices) {
        try (INDArray change = change(name)) {
          LowRank found = LowRank.of(change, rank, name.hashCode());
          arrays.put(stem(name) + ".lora_A.weight", found.a());
          arrays.put(stem(name) + ".lora_B.weight", found.b());
        }
      }
      String[] targets = matrices.stream().map(AdapterWriter::stem).toArray(String[]::new);
      Lora lora = Lora.rank(rank).alpha(rank).targets(targets);
      return new LoraAdapters(lora, model.config(), arrays);
    } catch (RuntimeException e) {
      arrays.values().forEach(INDArray::close);
      throw e;
    }
  }

  private static String stem(String matrix) {
    return matrix.substring(0, matrix.length() - ".weight".length());
  }

  /** Changed matrices of layers. */
  private TreeSet<String> matrices() {
    ModelConfig config = model.config();
    TreeSet<String> out = new TreeSet<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      TensorShapes.layer(config, layer)
          .forEach(
              (name, shape) -> {
                if (changed.containsKey(name) && shape.size() == 2 && name.endsWith(".weight")) {
                  out.add(name);
                }
              });
    }
    if (out.isEmpty()) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: no matrix of a layer was changed, of which an adapter could be made",
              model.source()));
    }
    return out;
  }

  /** Trained minus original, {@code [out, in]}. */
  private INDArray change(String name) {
    try (INDArray original = model.weights().read(name)) {
      INDArray difference = changed.get(name).sub(original);
      if (!model.config().structure().transposed()) {
        return difference;
      }
      try (difference) {
        return difference.transpose().dup('c');
      }
    }
  }

  private ExportSurvival survival(LoraAdapters adapters) {
    Map<String, Survival> out = new TreeMap<>();
    for (Map.Entry<String, INDArray> e : changed.entrySet()) {
      String name = e.getKey();
      if (adapters.weights().contains(name)) {
        INDArray a = adapters.arrays().get(stem(name) + ".lora_A.weight");
        INDArray b = adapters.arrays().get(stem(name) + ".lora_B.weight");
        try (INDArray wanted = change(name);
            INDArray product = b.mmul(a);
            INDArray ordered = product.dup('c')) {
          out.put(name, SurvivalMeter.differences(wanted, ordered));
        }
      } else {
        try (INDArray original = model.weights().read(name);
            INDArray wanted = e.getValue().sub(original);
            INDArray nothing = wanted.mul(0)) {
          out.put(name, SurvivalMeter.differences(wanted, nothing));
        }
      }
    }
    return new ExportSurvival(out);
  }
}
