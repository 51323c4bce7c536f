package org.lensdl4j.lens.space;

import java.nio.file.Path;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.GgufFileWriter;
import org.lensdl4j.model.weights.TensorSource;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A language's directions as a control vector of llama.cpp, which adds them to the states after
 * each layer: {@code llama-cli -m model.gguf --control-vector-scaled sw.gguf 0.5}.
 *
 * <p>llama.cpp numbers layers from 0 and adds {@code direction.N} to what layer N leaves, so to the
 * states that are numbered N + 1 here; it takes no vector for layer 0. The last layer's direction
 * was measured after the final norm and does not fit before it. So directions of layers 2 to K-1
 * are written, as {@code direction.1} to {@code direction.K-2}.
 */
public final class ControlVector {
  private ControlVector() {}

  /**
   * Writes the file.
   *
   * @param architecture llama.cpp's name of the model's architecture, for example {@code llama}
   * @param scale the directions are multiplied by it
   * @throws LensException if the space has too few layers or not this language
   */
  public static void write(
      LanguageSpace space, String language, String architecture, double scale, Path output) {
    if (space.layers() < 3) {
      throw new LensException(
          "a control vector needs a model of 3 layers or more, the space has " + space.layers());
    }
    GgufFileWriter out =
        new GgufFileWriter()
            .put("general.architecture", "controlvector")
            .put("controlvector.model_hint", architecture)
            .put("controlvector.layer_count", space.layers() - 2);
    for (int layer = 2; layer < space.layers(); layer++) {
      double[] direction = space.direction(layer, language);
      float[] values = new float[direction.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (scale * direction[i]);
      }
      out.tensor(
          "direction." + (layer - 1),
          DType.F32,
          new long[] {values.length},
          TensorSource.of(() -> Nd4j.createFromArray(values), DType.F32));
    }
    out.write(output);
  }
}
