package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModels;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class WeightFilesTest {
  private static final String Q = "model.layers.1.self_attn.q_proj.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  @TempDir Path folder;

  @Test
  void readsIntoViewsAndRows() {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    float[] expected = TinyModels.values(TinyModels.GROUPED).get(Q);
    try (Weights weights = WeightFiles.openDirectory(directory);
        INDArray large = Nd4j.zeros(96, 32)) {
      INDArray view = large.get(NDArrayIndex.interval(32, 64), NDArrayIndex.all());
      weights.readInto(Q, view);
      assertThat(view.dup().data().asFloat()).isEqualTo(expected);
      assertThat(large.sumNumber().doubleValue())
          .isEqualTo(view.sumNumber().doubleValue(), org.assertj.core.data.Offset.offset(1e-3));

      float[] embedding = TinyModels.values(TinyModels.GROUPED).get(EMBEDDING);
      try (INDArray rows = weights.readRows(EMBEDDING, new int[] {383, 0, 5, 5})) {
        assertThat(rows.shape()).containsExactly(4, 32);
        for (int i = 0; i < 32; i++) {
          assertThat(rows.getFloat(0, i)).isEqualTo(embedding[383 * 32 + i]);
          assertThat(rows.getFloat(1, i)).isEqualTo(embedding[i]);
          assertThat(rows.getFloat(3, i)).isEqualTo(embedding[5 * 32 + i]);
        }
      }
      assertThatThrownBy(() -> weights.readRows(EMBEDDING, new int[] {384}))
          .hasMessage(EMBEDDING + " has rows 0..383: 384");
      assertThatThrownBy(() -> weights.readInto(Q, large))
          .hasMessage(Q + " has 1024 elements, the array 3072");
      INDArray strided = large.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 16));
      assertThatThrownBy(() -> weights.readInto(Q, strided))
          .hasMessageContaining("not a strided view");
      assertThatThrownBy(() -> weights.read("model.layers.1.self_attn.q_proj.weights"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageStartingWith(
              directory
                  + " has no tensor model.layers.1.self_attn.q_proj.weights. Similar names: "
                  + Q);
    }
  }

  @Test
  void ggufRowsComeBackInOrderOneByOneToo() throws IOException {
    Path path = Files.write(folder.resolve("a.gguf"), TinyGguf.bytes(TinyModels.BIASES));
    Map<String, float[]> values = TinyModels.values(TinyModels.BIASES);
    try (Weights weights = WeightFiles.ofGguf(GgufFile.open(path));
        INDArray rows = weights.readRows(Q, new int[] {31, 9, 8})) {
      for (int i = 0; i < 32; i++) {
        assertThat(rows.getFloat(0, i)).isEqualTo(values.get(Q)[31 * 32 + i]);
        assertThat(rows.getFloat(1, i)).isEqualTo(values.get(Q)[9 * 32 + i]);
        assertThat(rows.getFloat(2, i)).isEqualTo(values.get(Q)[8 * 32 + i]);
      }
    }
  }

  @Test
  void severalThreadsRead() {
    Path directory = TinyModels.write(TinyModels.SHARDED, folder);
    try (Weights weights = WeightFiles.openDirectory(directory)) {
      List<String> names = List.copyOf(weights.tensors().keySet());
      double[] sums = names.stream().mapToDouble(n -> sum(weights, n)).toArray();
      IntStream.range(0, 400)
          .parallel()
          .forEach(
              i -> {
                int n = i % sums.length;
                assertThat(sum(weights, names.get(n))).isEqualTo(sums[n]);
              });
    }
  }

  @Test
  void hashFollowsContentOnly() {
    Path one = TinyModels.write(TinyModels.SHARDED, folder);
    Path single = TinyModels.write(TinyModels.SHARDED.stored("single", DType.BF16, 1), folder);
    Path other = TinyModels.write(TinyModels.SHARDED.withSeed(99), folder.resolve("x"));
    try (Weights a = WeightFiles.openDirectory(one);
        Weights b = WeightFiles.openDirectory(single);
        Weights c = WeightFiles.openDirectory(other);
        INDArray value = a.read(Q)) {
      assertThat(a.hash()).hasSize(64).isEqualTo(b.hash()).isNotEqualTo(c.hash());
      OverlayWeights same = new OverlayWeights(a, Map.of());
      OverlayWeights first = new OverlayWeights(a, Map.of(Q, value));
      assertThat(same.hash()).isEqualTo(a.hash());
      String before = first.hash();
      value.putScalar(3, 3, 0.5);
      OverlayWeights second = new OverlayWeights(a, Map.of(Q, value));
      assertThat(second.hash()).isNotEqualTo(before).isNotEqualTo(a.hash());
      try (INDArray read = second.read(Q);
          INDArray row = second.readRows(Q, new int[] {3})) {
        assertThat(read).isEqualTo(value);
        assertThat(row.getFloat(0, 3)).isEqualTo(0.5f);
      }
    }
  }

  @Test
  void namesTheElementThatIsNotFinite() throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    Path file = directory.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    int at;
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      at = (int) (open.dataOffset() + open.entries().get(Q).begin()) + 4 * (3 * 32 + 7);
    }
    bytes[at + 2] = (byte) 0xc0;
    bytes[at + 3] = (byte) 0xff;
    Files.write(file, bytes);
    try (Weights weights = WeightFiles.openDirectory(directory)) {
      assertThatThrownBy(() -> weights.read(Q))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(file + ": " + Q + " holds NaN at element [3, 7]; weights must be finite");
    }
  }

  @Test
  void shardsStayInsideTheFolder() throws IOException {
    Path directory = TinyModels.write(TinyModels.SHARDED, folder);
    Path shard = directory.resolve("model-00002-of-00003.safetensors");
    Path index = directory.resolve("model.safetensors.index.json");
    String right = Files.readString(index);
    for (String name : List.of("../x.safetensors", "/etc/passwd", "..", "a\\\\b", "")) {
      Files.writeString(index, right.replace("model-00002-of-00003.safetensors", name));
      assertThatThrownBy(() -> WeightFiles.openDirectory(directory))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("which is not a plain name inside the folder");
    }
    Files.writeString(index, right);
    Path outside = folder.resolve("outside.safetensors");
    Files.move(shard, outside);
    assertThatThrownBy(() -> WeightFiles.openDirectory(directory))
        .hasMessage(index + " lists model-00002-of-00003.safetensors: not there");
    Files.createSymbolicLink(shard, outside);
    assertThatThrownBy(() -> WeightFiles.openDirectory(directory))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(shard + " is a link that leads out of the folder");
  }

  @Test
  void linksOfHuggingFacesCacheAreFollowed() throws IOException {
    Path written = TinyModels.write(TinyModels.GROUPED, folder);
    Path blobs = Files.createDirectories(folder.resolve("models--a--b/blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("models--a--b/snapshots/0123"));
    try (var files = Files.list(written)) {
      for (Path file : files.toList()) {
        Path blob = Files.move(file, blobs.resolve("sha-" + file.getFileName()));
        Files.createSymbolicLink(snapshot.resolve(file.getFileName()), snapshot.relativize(blob));
      }
    }
    try (TransformerModel model = TransformerModel.open(snapshot)) {
      assertThat(model.config()).isEqualTo(TinyModels.GROUPED.config());
    }
  }

  @Test
  void indexAndShardsMustAgree() throws IOException {
    Path directory = TinyModels.write(TinyModels.SHARDED, folder);
    Path index = directory.resolve("model.safetensors.index.json");
    String right = Files.readString(index);
    Files.writeString(index, right.replace("model.norm.weight", "model.norm.bias"));
    assertThatThrownBy(() -> WeightFiles.openDirectory(directory))
        .hasMessageContaining("holds model.norm.weight, for which the index lists no file");
    Files.writeString(
        index,
        right.replace(
            "\"model.norm.weight\"",
            "\"more\": \"model-00003-of-00003.safetensors\", \"model.norm.weight\""));
    assertThatThrownBy(() -> WeightFiles.openDirectory(directory))
        .hasMessageEndingWith("lists more in model-00003-of-00003.safetensors: not in there");
    Files.writeString(index, "{\"weight_map\": [1]}");
    assertThatThrownBy(() -> WeightFiles.openDirectory(directory))
        .hasMessage(index + " has no weight_map");
    Files.writeString(index, "{\"weight_map\": {\"a\": 1, \"a\": 2}}");
    assertThatThrownBy(() -> WeightFiles.openDirectory(directory))
        .hasMessageContaining(index + " is not valid JSON: Duplicate field 'a'");
    Files.delete(index);
    Files.writeString(directory.resolve("pytorch_model.bin"), "");
    assertThatThrownBy(() -> WeightFiles.openDirectory(directory))
        .hasMessageContaining("has neither model.safetensors nor model.safetensors.index.json")
        .hasMessageContaining("Python pickle");
  }

  private static double sum(Weights weights, String name) {
    try (INDArray array = weights.read(name)) {
      double sum = 0;
      for (float value : array.data().asFloat()) {
        sum += value;
      }
      return sum;
    }
  }
}
