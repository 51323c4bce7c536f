package org.lensdl4j.tests.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Files cut, or with bytes changed, at random places. Opening and reading them may succeed (a
 * changed weight is still a weight) or be refused with a message of ours, and nothing else: no
 * exception from below, no endless loop, no gigabytes taken on a file's word.
 *
 * <p>{@code -Dlens.seed=N} replays a run.
 */
class DamagedFilesTest {
  private static final int ROUNDS = 150;
  private static final long SEED = Seeds.one();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "config.json"})
  void modelDirectory(String name) throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    damaged(directory.resolve(name), file -> readAll(directory));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json"})
  void tokenizer(String name) throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    damaged(
        directory.resolve(name),
        file -> {
          try (TransformerModel model = TransformerModel.open(directory)) {
            assertThat(model.tokenizer().encode("a")).isNotNull();
            assertThat(model.chatTemplate()).isNotNull();
          }
        });
  }

  @Test
  void indexOfShards() throws IOException {
    Path directory = TinyModels.write(TinyModels.SHARDED, folder);
    damaged(directory.resolve("model.safetensors.index.json"), file -> readAll(directory));
  }

  @Test
  void gguf() throws IOException {
    Path file = folder.resolve("tiny.gguf");
    Files.write(file, TinyGguf.bytes(TinyModels.GROUPED));
    damaged(file, DamagedFilesTest::readAll);
  }

  @Test
  void languageSpace() throws IOException {
    Path file = folder.resolve("space.safetensors");
    RandomSpace.space().save(file);
    damaged(file, LanguageSpace::load);
  }

  @Test
  void hiddenStates() throws IOException {
    Path file = folder.resolve("some.states");
    try (TransformerModel model =
            TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
        Trunk trunk = model.trunk().build();
        HiddenStates states =
            trunk.embed(List.of(TokenSequence.of(5, 6, 7), TokenSequence.of(5, 8)))) {
      states.save(file);
    }
    damaged(
        file,
        f -> {
          try (HiddenStates states = HiddenStates.open(f)) {
            float[] state = new float[states.hiddenSize()];
            for (int i = 0; i < states.texts(); i++) {
              states.last(i, state);
              states.mean(i, state);
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void readAll(Path source) {
    try (TransformerModel model = TransformerModel.open(source)) {
      for (String name : model.weights().tensors().keySet()) {
        try (INDArray a = model.weights().read(name)) {
          assertThat(a.isEmpty()).isFalse();
        }
      }
    }
  }

  private static void damaged(Path file, Consumer<Path> reader) throws IOException {
    byte[] good = Files.readAllBytes(file);
    reader.accept(file);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      SplittableRandom random = new SplittableRandom(SEED + round);
      Files.write(file, damage(good, random));
      try {
        reader.accept(file);
      } catch (ModelFormatException | LensException e) {
        refused++;
        assertThat(e.getMessage()).as("message, seed %d", SEED + round).isNotBlank();
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "%s, replay with -Dlens.seed=%d".formatted(file.getFileName(), SEED + round), e);
      }
    }
    assertThat(refused).as("refused of %d, seed %d", ROUNDS, SEED).isGreaterThan(ROUNDS / 10);
    Files.write(file, good);
  }

  /** A cut, some changed bytes near the start (where headers are), or a number gone wild. */
  private static byte[] damage(byte[] good, SplittableRandom random) {
    byte[] out = good.clone();
    int head = Math.min(good.length, random.nextBoolean() ? 64 : 4096);
    switch (random.nextInt(3)) {
      case 0 -> {
        return Arrays.copyOf(good, random.nextInt(random.nextBoolean() ? head : good.length));
      }
      case 1 -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          out[random.nextInt(head)] = (byte) random.nextInt();
        }
      }
      default -> {
        long[] wild = {-1, Long.MAX_VALUE, Integer.MAX_VALUE, 1L << 40, 0, -(1L << 33)};
        ByteBuffer.wrap(out)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(random.nextInt(head - 8), wild[random.nextInt(wild.length)]);
      }
    }
    return out;
  }
}
