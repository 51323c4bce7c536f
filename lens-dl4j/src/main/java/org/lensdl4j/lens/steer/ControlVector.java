package org.lensdl4j.lens.steer;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.lensdl4j.lens.space.LanguageSpace;
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
    SortedMap<Integer, double[]> moves = new TreeMap<>();
    for (int layer = 2; layer < space.layers(); layer++) {
      moves.put(layer, new StateMove(space.direction(layer, language), scale, false, false).step());
    }
    write(moves, space.layers() - 2, architecture, output);
  }

  /**
   * Writes a steering with the strength and the layers that it has. llama.cpp moves the first
   * token's states as well.
   *
   * @param architecture as above
   * @throws LensException if llama.cpp cannot do what the steering does: a share of the state's
   *     length, lengths restored, the first or the last layer, only the prompt or the answer
   */
  public static void write(Steering steering, String language, String architecture, Path output) {
    require(!steering.setting().share(), "a share of the state's length", steering);
    require(!steering.restored(), "states given their length again", steering);
    require(
        steering.tokens() == SteeringTokens.BOTH, "states of the " + steering.tokens(), steering);
    List<Integer> layers = steering.layers();
    require(layers.get(0) > 1, "layer 1", steering);
    require(!layers.contains(steering.of()), "the last layer", steering);
    SortedMap<Integer, double[]> moves = new TreeMap<>();
    layers.forEach(layer -> moves.put(layer, steering.move(layer, language).step()));
    write(moves, steering.of() - 2, architecture, output);
  }

  private static void require(boolean possible, String found, Steering steering) {
    if (!possible) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "steering %s: found %s, expected lengths of the direction at some of layers 2 to %d, for all tokens: llama.cpp can do no more",
              steering.setting(),
              found,
              steering.of() - 1));
    }
  }

  private static void write(
      SortedMap<Integer, double[]> moves, int count, String architecture, Path output) {
    GgufFileWriter out =
        new GgufFileWriter()
            .put("general.architecture", "controlvector")
            .put("controlvector.model_hint", architecture)
            .put("controlvector.layer_count", count);
    moves.forEach(
        (layer, move) -> {
          float[] values = new float[move.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) move[i];
          }
          out.tensor(
              "direction." + (layer - 1),
              DType.F32,
              new long[] {values.length},
              TensorSource.of(() -> Nd4j.createFromArray(values), DType.F32));
        });
    out.write(output);
  }
}
