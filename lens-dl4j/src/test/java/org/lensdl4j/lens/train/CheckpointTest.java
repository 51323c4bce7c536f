package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What was saved comes back bit for bit, or is refused before anything is changed. */
class CheckpointTest {
  @TempDir Path folder;

  /** Weights with an optimiser that has done some steps. */
  private static final class State implements AutoCloseable {
    final Map<String, INDArray> weights = new LinkedHashMap<>();
    final AdamW optimiser;

    State(long seed, int steps, int rows) {
      Random random = new Random(seed);
      weights.put("norm", array(random, 1, 3).reshape(3));
      weights.put("matrix", array(random, rows, 3));
      optimiser = new AdamW(weights, 0.9, 0.999, 1e-8, 0.1);
      for (int i = 0; i < steps; i++) {
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        weights.forEach(
            (name, w) ->
                gradients.put(name, array(random, w.rows(), w.columns()).reshape(w.shape())));
        optimiser.step(gradients, 0.01);
      }
    }

    private static INDArray array(Random random, int rows, int columns) {
      float[][] out = new float[rows][columns];
      for (float[] row : out) {
        for (int k = 0; k < columns; k++) {
          row[k] = (float) random.nextGaussian();
        }
      }
      return Nd4j.createFromArray(out);
    }

    /** All numbers, in one order. */
    float[][] numbers() {
      return java.util.stream.Stream.of(weights, optimiser.first(), optimiser.second())
          .flatMap(m -> m.values().stream())
          .map(a -> a.dup('c').data().asFloat())
          .toArray(float[][]::new);
    }

    @Override
    public void close() {
      optimiser.close();
    }
  }

  @Test
  void weightsMomentsAndStepComeBack() {
    Path file = folder.resolve("checkpoint.safetensors");
    try (State saved = new State(1, 3, 2);
        State other = new State(2, 1, 2)) {
      assertThat(Checkpoint.restore(file, other.weights, other.optimiser)).isZero();
      Checkpoint.save(file, saved.weights, saved.optimiser);
      assertThat(Checkpoint.restore(file, other.weights, other.optimiser)).isEqualTo(3);
      assertThat(other.numbers()).isDeepEqualTo(saved.numbers());
      assertThat(other.optimiser.steps()).isEqualTo(3);
    }
  }

  /**
   * The file is replaced as a whole, so that a torn one is not ours; it is refused all the same.
   */
  @Test
  void aTornFileIsRefusedAndChangesNothing() throws IOException {
    Path file = folder.resolve("checkpoint.safetensors");
    try (State saved = new State(1, 3, 2);
        State other = new State(2, 1, 2)) {
      Checkpoint.save(file, saved.weights, saved.optimiser);
      byte[] whole = Files.readAllBytes(file);
      float[][] before = other.numbers();
      for (int length = 0; length < whole.length; length++) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> Checkpoint.restore(file, other.weights, other.optimiser))
            .as("%d of %d bytes", length, whole.length)
            .isInstanceOfAny(LensException.class, ModelFormatException.class)
            .hasMessageContaining("checkpoint.safetensors");
        assertThat(other.numbers()).isDeepEqualTo(before);
      }
    }
  }

  /** A crash while the next one is written leaves the older one. */
  @Test
  void theOlderOneIsTakenBesideOneThatWasNotFinished() throws IOException {
    Path file = folder.resolve("checkpoint.safetensors");
    try (State saved = new State(1, 3, 2);
        State other = new State(2, 1, 2)) {
      Checkpoint.save(file, saved.weights, saved.optimiser);
      byte[] whole = Files.readAllBytes(file);
      Files.write(folder.resolve("checkpoint.safetensors.tmp"), Arrays.copyOf(whole, 100));
      assertThat(Checkpoint.restore(file, other.weights, other.optimiser)).isEqualTo(3);
      Checkpoint.save(file, other.weights, other.optimiser);
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
  }

  /** Nothing is changed before everything is known to fit. */
  @Test
  void oneOfOtherWeightsIsRefusedAndChangesNothing() {
    Path file = folder.resolve("checkpoint.safetensors");
    try (State saved = new State(1, 3, 4);
        State other = new State(2, 1, 2)) {
      Checkpoint.save(file, saved.weights, saved.optimiser);
      float[][] before = other.numbers();
      assertThatThrownBy(() -> Checkpoint.restore(file, other.weights, other.optimiser))
          .hasMessageContaining("matrix has 12 values, expected 6");
      assertThat(other.numbers()).isDeepEqualTo(before);
      Checkpoint.write(file, other.weights, Map.of());
      assertThatThrownBy(() -> Checkpoint.restore(file, other.weights, other.optimiser))
          .hasMessageContaining("does not say which step");
      assertThat(other.numbers()).isDeepEqualTo(before);
    }
  }
}
