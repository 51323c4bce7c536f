package org.lensdl4j.model.export;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.OutputInUseException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.GgufFile;
import org.lensdl4j.model.weights.GgufFileWriter;
import org.lensdl4j.model.weights.GgufForm;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Rounding;
import org.lensdl4j.model.weights.TensorForm;
import org.lensdl4j.model.weights.TensorInfo;
import org.lensdl4j.model.weights.TensorSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a model, with changed tensors in place of its own, as one GGUF file for llama.cpp.
 *
 * <pre>{@code
 * GgufModelWriter.of(model).changed(weights.arrays()).type(DType.Q8_0).write(Path.of("lens.gguf"));
 * }</pre>
 *
 * <p>From a GGUF file, pairs and unchanged tensors are copied byte for byte unless a type is asked
 * for; from a Hugging Face directory everything is written anew. Vectors (norms, biases) are F32.
 */
public final class GgufModelWriter {
  private static final Map<DType, Integer> FILE_TYPES =
      Map.of(DType.F32, 0, DType.F16, 1, DType.Q8_0, 7, DType.BF16, 32);

  private final TransformerModel model;
  private Map<String, INDArray> changed = Map.of();
  private DType type;
  private ExportOptions options = ExportOptions.DEFAULTS;

  private GgufModelWriter(TransformerModel model) {
    this.model = model;
  }

  /** A writer for a model, which must stay open. */
  public static GgufModelWriter of(TransformerModel model) {
    return new GgufModelWriter(model);
  }

  /** Tensors in place of the model's, FLOAT, by Hugging Face name; they stay the caller's. */
  public GgufModelWriter changed(Map<String, INDArray> arrays) {
    changed = Map.copyOf(arrays);
    return this;
  }

  /**
   * The type of all matrices: F32, F16, BF16 or Q8_0. Without it, a GGUF file's matrices keep their
   * types, changed ones of block types become F32; a directory's become F16.
   */
  public GgufModelWriter type(DType matrices) {
    if (!FILE_TYPES.containsKey(matrices)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "matrices cannot be written as %s; expected F32, F16, BF16 or Q8_0",
              matrices));
    }
    type = matrices;
    return this;
  }

  /** How changed tensors are stored, in place of {@link #type}, and what may be lost. */
  public GgufModelWriter options(ExportOptions value) {
    options = value;
    return this;
  }

  /**
   * How much of the change would survive; nothing is written.
   *
   * @throws ModelFormatException if GGUF has no form for this model
   */
  public ExportSurvival survival() {
    ChangedTensors.check(model.weights(), changed);
    GgufForm form = form();
    Map<String, String> names = form.names(model.config().layers());
    Map<String, Survival> out = new TreeMap<>();
    Map<String, TensorForm> forms = new HashMap<>();
    for (String name : changed.keySet()) {
      TensorInfo info = model.weights().tensors().get(name);
      String ggufName = ggufName(names, name);
      long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
      DType kept = model.gguf().isPresent() ? ChangedTensors.targetType(info.dtype()) : DType.F16;
      forms.put(name, changedForm(ggufName, form.shape(ggufName, shape), kept));
    }
    ChangedTensors.check(changed, forms::get);
    for (String name : changed.keySet()) {
      String ggufName = ggufName(names, name);
      try (INDArray read = model.weights().read(name);
          INDArray before = form.toFile(ggufName, read);
          INDArray after = form.toFile(ggufName, changed.get(name))) {
        out.put(name, SurvivalMeter.stored(before, after, forms.get(name), DType.F32));
      }
    }
    return new ExportSurvival(out);
  }

  private GgufForm form() {
    ModelConfig c = model.config();
    return GgufForm.of(GgufPairs.architecture(c), c.heads(), c.keyValueHeads());
  }

  private String ggufName(Map<String, String> names, String name) {
    String found = names.get(name);
    if (found == null) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: tensor %s has no name in GGUF files of %s",
              model.source(),
              name,
              GgufPairs.architecture(model.config())));
    }
    return found;
  }

  /**
   * How a changed tensor is stored.
   *
   * @param inFile its shape in the file
   * @param kept the type if none is asked for
   */
  private TensorForm changedForm(String ggufName, long[] inFile, DType kept) {
    DType all = type == null ? kept : type;
    DType wanted = options.changedType() == null ? all : options.changedType();
    return new TensorForm(ggufName, GgufForm.typeOf(inFile, wanted), options.rounding());
  }

  /**
   * Writes the file.
   *
   * @return how much of the change survived
   * @throws LossyExportException if that is too little; nothing was written
   * @throws ModelFormatException if GGUF has no form for this model or its tokenizer
   * @throws OutputInUseException if there is a file
   */
  public ExportSurvival write(Path output) {
    if (Files.exists(output)) {
      throw new OutputInUseException("the file " + output + " exists already: choose another name");
    }
    ExportSurvival survival = survival();
    survival.require(options);
    try (OverlayWeights after = new OverlayWeights(model.weights(), changed)) {
      if (model.gguf().isPresent()) {
        try (GgufFile file = GgufFile.open(model.source())) {
          rewrite(file, after).write(output);
        }
      } else {
        fresh(after).write(output);
      }
    }
    return survival;
  }

  private GgufFileWriter rewrite(GgufFile file, OverlayWeights after) {
    GgufFileWriter out = new GgufFileWriter();
    file.metadata().keys().forEach(k -> out.putEncoded(k, file.encodedPair(k)));
    if (type != null) {
      fileType(out, type);
    }
    GgufForm form = form();
    for (GgufFile.Tensor t : file.tensors().values()) {
      long[] shape = t.shape().stream().mapToLong(Long::longValue).toArray();
      String name = form.modelName(t.name()).orElse(null);
      TensorForm target = target(t, shape, name);
      if (target == null) {
        out.tensor(t.name(), t.dtype(), shape, file.encodedTensor(t.name()));
      } else {
        out.tensor(t.name(), target.dtype(), shape, source(form, name, after, target));
      }
    }
    return out;
  }

  /** What a tensor becomes, or null where its bytes stay. */
  private TensorForm target(GgufFile.Tensor t, long[] shape, String name) {
    boolean change = name != null && changed.containsKey(name);
    if (name == null || (!change && (type == null || shape.length < 2 || t.dtype() == type))) {
      return null;
    }
    if (change) {
      return changedForm(t.name(), shape, ChangedTensors.targetType(t.dtype()));
    }
    return new TensorForm(t.name(), GgufForm.typeOf(shape, type), Rounding.NEAREST);
  }

  private static void fileType(GgufFileWriter out, DType type) {
    out.put("general.file_type", FILE_TYPES.get(type));
    if (type.isQuantised()) {
      out.put("general.quantization_version", 2);
    }
  }

  private static TensorSource source(
      GgufForm form, String name, OverlayWeights after, TensorForm target) {
    return TensorSource.of(
        () -> {
          try (INDArray values = after.read(name)) {
            return form.toFile(target.tensor(), values);
          }
        },
        target);
  }

  private GgufFileWriter fresh(OverlayWeights after) {
    ModelConfig c = model.config();
    GgufFileWriter out = new GgufFileWriter();
    GgufPairs.write(model, out);
    DType matrices = type == null ? DType.F16 : type;
    fileType(out, matrices);
    GgufForm form = form();
    Map<String, String> names = new HashMap<>(form.names(c.layers()));
    after
        .tensors()
        .forEach(
            (name, info) -> {
              if (c.tiedHead() && name.equals(c.names().headWeight())) {
                return;
              }
              String ggufName = ggufName(names, name);
              long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
              long[] inFile = form.shape(ggufName, shape);
              TensorForm target =
                  changed.containsKey(name)
                      ? changedForm(ggufName, inFile, matrices)
                      : new TensorForm(
                          ggufName, GgufForm.typeOf(inFile, matrices), Rounding.NEAREST);
              out.tensor(ggufName, target.dtype(), inFile, source(form, name, after, target));
            });
    return out;
  }
}
