package org.lensdl4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.ModelFormatException;

/** Opens weight files of every kind as {@link Weights} under Hugging Face names. */
public final class WeightFiles {
  private WeightFiles() {}

  /**
   * Opens the safetensors of a Hugging Face directory: {@code model.safetensors}, or the shards
   * that {@code model.safetensors.index.json} lists.
   */
  public static Weights openDirectory(Path directory) {
    List<SafetensorsFile> files = ShardedFolder.open(directory);
    List<StoredTensor> tensors = new ArrayList<>();
    for (SafetensorsFile file : files) {
      for (SafetensorsFile.Entry e : file.entries().values()) {
        // Integer tensors (position ids and the like) are no weights; a copy of them is exported.
        if (SafetensorsHeader.floatType(e.dtype()) != null) {
          tensors.add(file.tensor(e.name()));
        }
      }
    }
    return new FileWeights(directory.toString(), tensors, List.copyOf(files));
  }

  /**
   * The tensors of a GGUF file under Hugging Face names.
   *
   * @param file closed together with the weights
   */
  public static Weights ofGguf(GgufFile file) {
    String architecture =
        file.metadata()
            .string("general.architecture")
            .orElseThrow(
                () -> new ModelFormatException(file.path() + " has no general.architecture"));
    GgufNames names =
        GgufNames.of(architecture)
            .orElseThrow(
                () ->
                    new ModelFormatException(
                        file.path()
                            + " has architecture '"
                            + architecture
                            + "'; supported in GGUF files: "
                            + String.join(", ", GgufNames.supported())));
    long heads = heads(file, architecture + ".attention.head_count");
    String keyValue = architecture + ".attention.head_count_kv";
    long keyValueHeads = file.metadata().has(keyValue) ? heads(file, keyValue) : heads;

    Map<String, StoredTensor> out = new LinkedHashMap<>();
    for (GgufFile.Tensor t : file.tensors().values()) {
      if (names.ignores(t.name())) {
        continue;
      }
      GgufNames.Target target =
          names
              .map(t.name())
              .orElseThrow(
                  () ->
                      new ModelFormatException(
                          String.format(
                              Locale.ROOT,
                              "%s holds tensor %s, which architecture %s does not know",
                              file.path(),
                              t.name(),
                              architecture)));
      long divisor =
          switch (target.pairing()) {
            case NONE -> 0;
            case QUERY_HEADS -> heads;
            case KEY_HEADS -> keyValueHeads;
          };
      List<Long> shape = target.transposed() ? turned(file, t) : t.shape();
      TensorInfo info = new TensorInfo(target.name(), t.dtype(), shape);
      int paired = divisor == 0 ? 0 : pairedRows(file, t, divisor);
      StoredTensor stored =
          new StoredTensor(
              info, file.file(t.name()), t.offset(), paired, target.transposed(), target.offset());
      if (out.put(target.name(), stored) != null) {
        throw new ModelFormatException(file.path() + " holds " + target.name() + " twice");
      }
    }
    return new FileWeights(file.path().toString(), out.values(), List.of(file));
  }

  private static List<Long> turned(GgufFile file, GgufFile.Tensor t) {
    if (t.shape().size() != 2) {
      throw new ModelFormatException(file.path() + ": " + t.name() + " is no matrix: " + t.shape());
    }
    return List.of(t.shape().get(1), t.shape().get(0));
  }

  private static int pairedRows(GgufFile file, GgufFile.Tensor t, long heads) {
    long rows = t.shape().get(0);
    if (rows % (2 * heads) != 0 || rows / heads > 1 << 16) {
      throw new ModelFormatException(
          file.path() + ": " + t.name() + " has " + rows + " rows for " + heads + " heads");
    }
    return (int) (rows / heads);
  }

  private static long heads(GgufFile file, String key) {
    long heads =
        file.metadata()
            .integer(key)
            .orElseThrow(() -> new ModelFormatException(file.path() + " has no " + key));
    if (heads < 1 || heads > 1 << 16) {
      throw new ModelFormatException(file.path() + ": " + key + " is " + heads);
    }
    return heads;
  }
}
