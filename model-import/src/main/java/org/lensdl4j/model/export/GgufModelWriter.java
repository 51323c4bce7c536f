package org.lensdl4j.model.export;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.OutputInUseException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.GgufFile;
import org.lensdl4j.model.weights.GgufFileWriter;
import org.lensdl4j.model.weights.GgufForm;
import org.lensdl4j.model.weights.OverlayWeights;
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
   * types, changed ones of block types become Q8_0; a directory's become F16.
   */
  public GgufModelWriter type(DType matrices) {
    if (!FILE_TYPES.containsKey(matrices)) {
      throw new IllegalArgumentException(
          "matrices cannot be written as %s; expected F32, F16, BF16 or Q8_0".formatted(matrices));
    }
    type = matrices;
    return this;
  }

  /**
   * Writes the file.
   *
   * @throws ModelFormatException if GGUF has no form for this model or its tokenizer
   * @throws OutputInUseException if there is a file
   */
  public void write(Path output) {
    if (Files.exists(output)) {
      throw new OutputInUseException("the file " + output + " exists already: choose another name");
    }
    ChangedTensors.check(model.weights(), changed);
    try (OverlayWeights after = new OverlayWeights(model.weights(), changed)) {
      if (model.gguf().isPresent()) {
        try (GgufFile file = GgufFile.open(model.source())) {
          rewrite(file, after).write(output);
        }
      } else {
        fresh(after).write(output);
      }
    }
  }

  private GgufFileWriter rewrite(GgufFile file, OverlayWeights after) {
    GgufFileWriter out = new GgufFileWriter();
    file.metadata().keys().forEach(k -> out.putEncoded(k, file.encodedPair(k)));
    if (type != null) {
      fileType(out, type);
    }
    ModelConfig c = model.config();
    GgufForm form = GgufForm.of(GgufPairs.architecture(c), c.heads(), c.keyValueHeads());
    for (GgufFile.Tensor t : file.tensors().values()) {
      long[] shape = t.shape().stream().mapToLong(Long::longValue).toArray();
      String name = form.modelName(t.name()).orElse(null);
      DType target = target(t, shape, name);
      if (target == null) {
        out.tensor(t.name(), t.dtype(), shape, file.encodedTensor(t.name()));
      } else {
        out.tensor(t.name(), target, shape, source(form, t.name(), name, after, target));
      }
    }
    return out;
  }

  /** What a tensor becomes, or null where its bytes stay. */
  private DType target(GgufFile.Tensor t, long[] shape, String name) {
    boolean change = name != null && changed.containsKey(name);
    if (name == null || (!change && (type == null || shape.length < 2 || t.dtype() == type))) {
      return null;
    }
    DType kept = t.dtype().isQuantised() ? DType.Q8_0 : t.dtype();
    return GgufForm.typeOf(shape, type == null ? kept : type);
  }

  private static void fileType(GgufFileWriter out, DType type) {
    out.put("general.file_type", FILE_TYPES.get(type));
    if (type.isQuantised()) {
      out.put("general.quantization_version", 2);
    }
  }

  private static TensorSource source(
      GgufForm form, String ggufName, String name, OverlayWeights after, DType type) {
    return TensorSource.of(
        () -> {
          try (INDArray values = after.read(name)) {
            return form.toFile(ggufName, values);
          }
        },
        type);
  }

  private GgufFileWriter fresh(OverlayWeights after) {
    ModelConfig c = model.config();
    GgufFileWriter out = new GgufFileWriter();
    GgufPairs.write(model, out);
    DType matrices = type == null ? DType.F16 : type;
    fileType(out, matrices);
    GgufForm form = GgufForm.of(GgufPairs.architecture(c), c.heads(), c.keyValueHeads());
    Map<String, String> names = new HashMap<>(form.names(c.layers()));
    after
        .tensors()
        .forEach(
            (name, info) -> {
              if (c.tiedHead() && name.equals(c.names().headWeight())) {
                return;
              }
              String ggufName = names.get(name);
              if (ggufName == null) {
                throw new ModelFormatException(
                    "%s: tensor %s has no name in GGUF files of %s"
                        .formatted(model.source(), name, GgufPairs.architecture(c)));
              }
              long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
              long[] inFile = form.shape(ggufName, shape);
              DType target = GgufForm.typeOf(inFile, matrices);
              out.tensor(ggufName, target, inFile, source(form, ggufName, name, after, target));
            });
    return out;
  }
}
