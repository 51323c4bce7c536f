package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;

class LanguageSpaceFileTest {
  @TempDir Path folder;

  static LanguageSpace space(Random random) {
    int count = 2 + random.nextInt(4);
    RandomMeans first = RandomMeans.of(random, count, 10);
    int layers = 1 + random.nextInt(3);
    LanguageStatistics s = new LanguageStatistics(first.languages(), layers, 10);
    for (int layer = 1; layer <= layers; layer++) {
      RandomMeans m = RandomMeans.of(random, count, 10);
      for (int l = 0; l < count; l++) {
        float[] x = new float[10];
        for (int i = 0; i < 10; i++) {
          x[i] = (float) m.means()[l][i];
        }
        s.add(m.languages().get(l), layer, x);
      }
    }
    Provenance from = new Provenance("abc", "model\n\"x\"", "p", "last", "t", "c", "0.1");
    return LanguageProbe.fit(s, "l1", 1 + random.nextInt(count - 1), from);
  }

  @Test
  void roundTripIsBitExact() {
    Seeds.forAll(
        20,
        random -> {
          LanguageSpace space = space(random);
          Path file = folder.resolve("space.safetensors");
          space.save(file);
          LanguageSpace back = LanguageSpace.load(file);
          assertThat(back).isEqualTo(space);
          assertThat(back.provenance()).isEqualTo(space.provenance());
          assertThat(back.count("l0")).isEqualTo(1);
        });
  }

  @Test
  void fileHoldsTheDocumentedTensors() {
    LanguageSpace space = space(new Random(5));
    Path file = folder.resolve("space.safetensors");
    space.save(file);
    try (SafetensorsFile in = SafetensorsFile.open(file)) {
      long layers = space.layers();
      assertThat(in.entries().keySet())
          .containsExactly("specific", "agnostic", "mean", "direction", "deviation");
      assertThat(in.entries().get("specific").shape())
          .containsExactly(layers, (long) space.rank(), 10L);
      assertThat(in.entries().get("direction").shape())
          .containsExactly(layers, (long) space.languages().size(), 10L);
      assertThat(in.entries().get("mean").dtype()).isEqualTo("F64");
      assertThat(in.metadata().get("lens"))
          .contains("\"format\":\"lens-space\"", "\"modelHash\":\"abc\"", "\"position\":\"last\"");
    }
  }

  @Test
  void arraysAreFloatCopies() {
    LanguageSpace space = space(new Random(6));
    try (var s = space.specificArray(1);
        var d = space.directionArray(1, "l0");
        var a = space.agnosticArray(1)) {
      assertThat(s.shape()).containsExactly(space.rank(), 10);
      assertThat(s.dataType()).isEqualTo(org.nd4j.linalg.api.buffer.DataType.FLOAT);
      assertThat(s.getFloat(0, 3)).isEqualTo((float) space.specific(1)[0][3]);
      assertThat(d.shape()).containsExactly(1, 10);
      assertThat(d.getFloat(0, 2)).isEqualTo((float) space.direction(1, "l0")[2]);
      assertThat(a.shape()).containsExactly(1, 10);
    }
  }

  /** Writes a space whose numbers or manifest were tampered with. */
  private Path tampered(Consumer<SpaceData> change, String from, String to) {
    LanguageSpace space = space(new Random(7));
    change.accept(space.data());
    SpaceData d = space.data();
    String json = SpaceManifest.of(space).toJson();
    assertThat(json).contains(from);
    Path file = folder.resolve("bad.safetensors");
    new SafetensorsWriter()
        .metadata(Map.of("lens", json.replace(from, to)))
        .add("specific", new long[] {d.layers, d.rank, 10}, d.specific)
        .add("agnostic", new long[] {d.layers, 1, 10}, d.agnostic)
        .add("mean", new long[] {d.layers, d.languages, 10}, d.mean)
        .add("direction", new long[] {d.layers, d.languages, 10}, d.direction)
        .write(file);
    return file;
  }

  private void refused(Path file, String message) {
    assertThatThrownBy(() -> LanguageSpace.load(file))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void numbersThatCannotBeASpaceAreRefused() {
    refused(tampered(d -> d.specific[3] = Double.NaN, "", ""), "tensor specific: found NaN");
    refused(
        tampered(d -> d.mean[1] = Double.POSITIVE_INFINITY, "", ""), "tensor mean: found Infinity");
    refused(tampered(d -> d.specific[3] += 1e-5, "", ""), "layer 1: found bases that are off");
    refused(tampered(d -> d.agnostic[0] *= -1.5, "", ""), "layer 1: found bases that are off");
    refused(tampered(d -> d.direction[2] += 1e-3, "", ""), "layer 1: the direction of l0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"version\":1 | \"version\":2 | found format lens-space version 2, expected lens-space",
        "\"lens-space\" | \"x\" | found format x version 1",
        "\"hiddenSize\":10 | \"hiddenSize\":9 | tensor specific: found F64",
        "\"hiddenSize\":10 | \"hiddenSize\":0 | hiddenSize: found 0, expected 2 to",
        "\"hiddenSize\":10 | \"hiddenSize\":1048576 | tensor specific: found F64",
        "\"hiddenSize\":10 | \"hiddenSize\":10.5 | the manifest cannot be read",
        "\"rank\": | \"rank\":9 | rank: found 9",
        "\"central\":\"l1\" | \"central\":\"en\" | a central language among the counts",
        "\"l0\":1 | \"l0\":0 | found 0 texts of l0, expected at least 1",
        "\"modelHash\":\"abc\" | \"modelHash\":null | the manifest cannot be read",
        "\"format\" | \"more\":1,\"format\" | the manifest cannot be read: Unrecognized field",
      })
  void lyingManifestsAreRefused(String from, String to, String message) {
    refused(tampered(d -> {}, from, to), message);
  }

  @Test
  void otherAndDamagedFilesAreRefused() throws IOException {
    Path other = folder.resolve("other.safetensors");
    new SafetensorsWriter().add("x", new long[] {2}, new double[2]).write(other);
    refused(other, "found no manifest 'lens'");
    new SafetensorsWriter()
        .metadata(Map.of("lens", "{}"))
        .add("x", new long[] {2}, new double[2])
        .write(other);
    refused(other, "found tensors [x], expected");
    Path whole = folder.resolve("space.safetensors");
    space(new Random(8)).save(whole);
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : List.of(0, 7, 8, 100, bytes.length - 1)) {
      Path cut = folder.resolve("cut.safetensors");
      Files.write(cut, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> LanguageSpace.load(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("cut.safetensors");
    }
  }

  @Test
  void anyFlippedByteIsRefusedOrHarmless() {
    Seeds.forAll(
        200,
        random -> {
          Path file = folder.resolve("flip.safetensors");
          space(new Random(9)).save(file);
          byte[] bytes = Files.readAllBytes(file);
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          Files.write(file, bytes);
          try {
            LanguageSpace space = LanguageSpace.load(file);
            for (int layer = 1; layer <= space.layers(); layer++) {
              assertThat(Subspaces.orthonormalityError(space.specific(layer))).isLessThan(1e-8);
            }
          } catch (LensException | ModelFormatException expected) {
            assertThat(expected).hasMessageContaining("flip.safetensors");
          }
        });
  }
}
