package org.lensdl4j.model.weights;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.model.base.ModelFormatException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How an architecture's tensors are stored in GGUF files: names, order of rows, offsets of norms.
 */
public final class GgufForm {
  private final GgufNames names;
  private final int heads;
  private final int keyValueHeads;

  private GgufForm(GgufNames names, int heads, int keyValueHeads) {
    this.names = names;
    this.heads = heads;
    this.keyValueHeads = keyValueHeads;
  }

  /**
   * The form of an architecture.
   *
   * @param architecture llama.cpp's name, {@code general.architecture}
   * @throws ModelFormatException naming those that are known
   */
  public static GgufForm of(String architecture, int heads, int keyValueHeads) {
    GgufNames names =
        GgufNames.of(architecture)
            .orElseThrow(
                () ->
                    new ModelFormatException(
                        String.format(
                            Locale.ROOT,
                            "there is no GGUF form of '%s'; there is one of %s",
                            architecture,
                            String.join(", ", GgufNames.supported()))));
    return new GgufForm(names, heads, keyValueHeads);
  }

  /** The file's names by Hugging Face's. */
  public Map<String, String> names(int layers) {
    return names.byModelName(layers);
  }

  /** Hugging Face's name of a file's tensor; empty for one that carries no weights. */
  public Optional<String> modelName(String ggufName) {
    return names.ignores(ggufName)
        ? Optional.empty()
        : names.map(ggufName).map(GgufNames.Target::name);
  }

  /**
   * The type for a tensor that is written anew: vectors stay F32, rows that are no whole blocks
   * become F16, as llama.cpp's own converter has it.
   *
   * @param shape as the file has it
   */
  public static DType typeOf(long[] shape, DType wanted) {
    if (shape.length < 2) {
      return DType.F32;
    }
    return shape[shape.length - 1] % wanted.blockElements() == 0 ? wanted : DType.F16;
  }

  /** The shape that the file has for a tensor. */
  public long[] shape(String ggufName, long[] ofModel) {
    return names.map(ggufName).orElseThrow().transposed()
        ? new long[] {ofModel[1], ofModel[0]}
        : ofModel;
  }

  /**
   * A tensor as the file has it.
   *
   * @param values as the model has it, FLOAT; stays the caller's
   * @return a new array, the caller's
   */
  public INDArray toFile(String ggufName, INDArray values) {
    GgufNames.Target target = names.map(ggufName).orElseThrow();
    if (target.transposed()) {
      return values.transpose().dup('c');
    }
    INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, values.shape()).assign(values);
    if (target.pairing() == GgufNames.Pairing.QUERY_HEADS) {
      interleave(values, out, heads);
    } else if (target.pairing() == GgufNames.Pairing.KEY_HEADS) {
      interleave(values, out, keyValueHeads);
    }
    return target.offset() == 0 ? out : out.addi(target.offset());
  }

  /** Each head's two halves row by row in turn. */
  private static void interleave(INDArray from, INDArray to, int heads) {
    int rows = (int) from.size(0);
    int columns = (int) (from.length() / rows);
    int perHead = rows / heads;
    float[] row = new float[columns];
    for (int i = 0; i < rows; i++) {
      int within = i % perHead;
      int stored = i - within + 2 * (within % (perHead / 2)) + within / (perHead / 2);
      HostArrays.get(from, (long) i * columns, row, 0, columns);
      HostArrays.put(to, (long) stored * columns, row, 0, columns);
    }
  }
}
