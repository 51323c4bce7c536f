package org.lensdl4j.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.LoraAdapters;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AdapterWriterTest {
  private static final String UP = "model.layers.3.mlp.up_proj.weight";
  private static final String KEYS = "model.layers.2.self_attn.k_proj.weight";
  private static final String NORM = "model.layers.3.input_layernorm.weight";

  @TempDir Path folder;

  private TransformerModel open() {
    return TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
  }

  private static INDArray random(long[] shape, double size, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray out = Nd4j.create(shape);
    for (long i = 0; i < out.length(); i++) {
      out.putScalar(i, size * (random.nextDouble() - 0.5));
    }
    return out;
  }

  private static INDArray changed(TransformerModel model, String name, double size) {
    INDArray out = model.weights().read(name);
    try (INDArray change = random(out.shape(), size, name.hashCode())) {
      return out.addi(change);
    }
  }

  /** 32 is the full rank of the narrowest matrix's longer side: nothing is left over. */
  @ParameterizedTest
  @ValueSource(ints = {32, 40})
  void fullRankKeepsEverything(int rank) {
    Path out = folder.resolve("adapter");
    try (TransformerModel model = open();
        INDArray up = changed(model, UP, 1e-3);
        INDArray keys = changed(model, KEYS, 1e-3)) {
      ExportSurvival said =
          AdapterWriter.of(model).changed(Map.of(UP, up, KEYS, keys)).rank(rank).write(out);

      assertThat(said.all().kept()).isCloseTo(1, within(1e-6));
      assertThat(said.all().noise()).isLessThan(1e-3);
      Map<String, INDArray> merged = new LinkedHashMap<>();
      try (LoraAdapters read = AdapterFolder.read(out, model.config())) {
        merged.putAll(read.merge(model.weights()));
      }
      assertThat(merged.get(UP).sub(up).amaxNumber().doubleValue()).isLessThan(1e-6);
      assertThat(merged.get(KEYS).sub(keys).amaxNumber().doubleValue()).isLessThan(1e-6);
      merged.values().forEach(INDArray::close);
    }
  }

  @Test
  void theErrorIsTheOneThatIsStatedAndFallsWithTheRank() {
    try (TransformerModel model = open();
        INDArray up = changed(model, UP, 1e-3)) {
      double last = 0;
      for (int rank : new int[] {1, 2, 4, 8, 16, 32}) {
        AdapterWriter writer =
            AdapterWriter.of(model)
                .changed(Map.of(UP, up))
                .rank(rank)
                .options(ExportOptions.DEFAULTS.acceptLoss());
        Path out = folder.resolve("adapter" + rank);
        Survival said = writer.write(out).all();
        // A projection: what is kept is the square of the cosine, and nothing goes astray.
        assertThat(said.cosine() * said.cosine()).isCloseTo(said.kept(), within(1e-5));
        assertThat(said.kept()).isGreaterThan(last);
        last = said.kept();
        try (LoraAdapters read = AdapterFolder.read(out, model.config());
            INDArray original = model.weights().read(UP)) {
          INDArray merged = read.merge(model.weights()).get(UP);
          double left = merged.sub(up).norm2Number().doubleValue();
          double wanted = up.sub(original).norm2Number().doubleValue();
          assertThat(1 - left * left / (wanted * wanted)).isCloseTo(said.kept(), within(1e-3));
          merged.close();
        }
      }
    }
  }

  @Test
  void aChangeOfLowRankIsFound() {
    try (TransformerModel model = open();
        INDArray up = model.weights().read(UP);
        INDArray b = random(new long[] {up.size(0), 3}, 1e-2, 1);
        INDArray a = random(new long[] {3, up.size(1)}, 1e-2, 2);
        INDArray product = b.mmul(a)) {
      up.addi(product);
      Survival said = AdapterWriter.of(model).changed(Map.of(UP, up)).rank(3).survival().all();
      assertThat(said.kept()).isCloseTo(1, within(1e-4));
    }
  }

  @Test
  void whatIsInNoAdapterCountsAsLost() {
    try (TransformerModel model = open();
        INDArray up = changed(model, UP, 1e-4);
        INDArray norm = changed(model, NORM, 1e-1)) {
      AdapterWriter writer = AdapterWriter.of(model).changed(Map.of(UP, up, NORM, norm)).rank(32);
      Path out = folder.resolve("adapter");
      assertThatThrownBy(() -> writer.write(out))
          .isInstanceOf(LossyExportException.class)
          .hasMessageContaining("survives");
      assertThat(out).doesNotExist();
      assertThat(writer.survival().tensors().get(NORM).kept()).isZero();
    }
  }

  @Test
  void changesOutsideOfLayersMakeNoAdapter() {
    try (TransformerModel model = open();
        INDArray norm = changed(model, NORM, 1e-1)) {
      AdapterWriter writer = AdapterWriter.of(model).changed(Map.of(NORM, norm));
      assertThatThrownBy(writer::survival).hasMessageContaining("no matrix of a layer");
      assertThatThrownBy(() -> writer.rank(0)).hasMessageContaining("rank 0");
    }
  }
}
