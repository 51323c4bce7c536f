package org.lensdl4j.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.Rounding;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is said to survive is what a reader of the export finds. */
class SurvivalTest {
  private static final String NAME = "model.layers.3.mlp.up_proj.weight";
  private static final String NORM = "model.layers.3.input_layernorm.weight";
  private static final ExportOptions LOSSY = ExportOptions.DEFAULTS.acceptLoss();

  @TempDir Path folder;

  /** A change of about a tenth of a step of bfloat16 of most elements. */
  private static INDArray changed(TransformerModel model, String name, double size) {
    INDArray out = model.weights().read(name);
    SplittableRandom random = new SplittableRandom(3);
    for (long i = 0; i < out.length(); i++) {
      out.putScalar(i, out.getFloat(i) + size * (random.nextDouble() - 0.5));
    }
    return out;
  }

  private TransformerModel open(TinyModel tiny) {
    return TransformerModel.open(TinyModels.write(tiny, folder));
  }

  @ParameterizedTest
  @CsvSource({
    "BF16, nearest, 1e-3",
    "BF16, stochastic:5, 1e-3",
    "F16, nearest, 1e-4",
    "F32, nearest, 1e-5"
  })
  void isWhatAReaderFinds(DType type, String rounding, double size) {
    Path out = folder.resolve("out");
    ExportOptions options = LOSSY.changedAs(type).rounded(Rounding.parse(rounding));
    try (TransformerModel model = open(TinyModels.MISTRAL);
        INDArray trained = changed(model, NAME, size);
        INDArray norm = changed(model, NORM, size)) {
      ExportSurvival said =
          ModelDirectoryWriter.of(model)
              .changed(Map.of(NAME, trained, NORM, norm))
              .options(options)
              .write(out);
      try (TransformerModel reopened = TransformerModel.open(out)) {
        requireFound(said, NAME, model, reopened, trained);
        requireFound(said, NORM, model, reopened, norm);
        assertThat(reopened.weights().tensors().get(NAME).dtype()).isEqualTo(type);
        assertThat(said.all().trained())
            .isEqualTo(said.tensors().get(NAME).trained() + said.tensors().get(NORM).trained());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F32,", "F16,", "BF16,", "Q8_0,", "Q8_0, F32", ", F16", ","})
  void isWhatAReaderOfGgufFinds(DType all, DType type) throws IOException {
    Path source = folder.resolve("tiny.gguf");
    Files.write(source, TinyGguf.bytes(TinyModels.GROUPED));
    Path out = folder.resolve("out.gguf");
    String keys = "model.layers.3.self_attn.k_proj.weight";
    try (TransformerModel model = TransformerModel.open(source);
        INDArray trained = changed(model, keys, 1e-3)) {
      GgufModelWriter writer =
          GgufModelWriter.of(model).changed(Map.of(keys, trained)).options(LOSSY.changedAs(type));
      ExportSurvival said = (all == null ? writer : writer.type(all)).write(out);
      try (TransformerModel reopened = TransformerModel.open(out)) {
        requireFound(said, keys, model, reopened, trained);
      }
    }
  }

  private static void requireFound(
      ExportSurvival said,
      String name,
      TransformerModel before,
      TransformerModel after,
      INDArray trained) {
    double wanted = 0;
    double along = 0;
    double written = 0;
    try (INDArray original = before.weights().read(name);
        INDArray stored = after.weights().read(name)) {
      for (long i = 0; i < original.length(); i++) {
        double t = (double) trained.getFloat(i) - original.getFloat(i);
        double e = (double) stored.getFloat(i) - original.getFloat(i);
        wanted += t * t;
        along += t * e;
        written += e * e;
      }
    }
    Survival s = said.tensors().get(name);
    assertThat(s.kept()).isCloseTo(along / wanted, within(1e-9));
    double cosine = written == 0 ? 0 : along / Math.sqrt(wanted * written);
    assertThat(s.cosine()).isCloseTo(cosine, within(1e-9));
    assertThat(s.length()).isCloseTo(Math.sqrt(written / wanted), within(1e-9));
  }

  @Test
  void nothingIsLostIn32Bits() {
    try (TransformerModel model = open(TinyModels.MISTRAL);
        INDArray trained = changed(model, NAME, 1e-5)) {
      Survival all =
          ModelDirectoryWriter.of(model)
              .changed(Map.of(NAME, trained))
              .options(ExportOptions.DEFAULTS.changedAs(DType.F32))
              .survival()
              .all();
      assertThat(all.kept()).isEqualTo(1);
      assertThat(all.cosine()).isCloseTo(1, within(1e-12));
      assertThat(all.noise()).isZero();
      assertThat(all.unmoved()).isZero();
    }
  }

  @Test
  void stochasticRoundingKeepsTheMean() {
    try (TransformerModel model = open(TinyModels.MISTRAL);
        INDArray trained = changed(model, NAME, 1e-4)) {
      double sum = 0;
      int seeds = 40;
      for (int seed = 0; seed < seeds; seed++) {
        Survival s =
            ModelDirectoryWriter.of(model)
                .changed(Map.of(NAME, trained))
                .options(LOSSY.rounded(Rounding.stochastic(seed)))
                .survival()
                .all();
        sum += s.kept();
      }
      Survival nearest =
          ModelDirectoryWriter.of(model).changed(Map.of(NAME, trained)).survival().all();
      assertThat(nearest.kept()).isLessThan(0.2);
      assertThat(sum / seeds).isCloseTo(1, within(0.1));
    }
  }

  @Test
  void whatIsMostlyLostIsRefusedAndLeavesNothing() throws IOException {
    try (TransformerModel model = open(TinyModels.MISTRAL);
        INDArray trained = changed(model, NAME, 1e-4)) {
      Map<String, INDArray> change = Map.of(NAME, trained);
      Path out = folder.resolve("out");
      ModelDirectoryWriter writer = ModelDirectoryWriter.of(model).changed(change);
      assertThatThrownBy(() -> writer.write(out))
          .isInstanceOf(LossyExportException.class)
          .hasMessageContainingAll("nothing was written", "survives", "at least 50 %");
      assertThatThrownBy(() -> writer.writeChanges(out)).isInstanceOf(LossyExportException.class);
      assertThat(out).doesNotExist();

      writer.options(LOSSY).write(out);

      JsonNode manifest = new ObjectMapper().readTree(out.resolve("lens.json").toFile());
      JsonNode survival = manifest.path("survival");
      assertThat(survival.path("kept").doubleValue()).isLessThan(0.5);
      assertThat(survival.path("tensors").path(NAME).path("cosine").isNumber()).isTrue();
    }
    assertThat(entries()).noneMatch(n -> n.contains("writing"));
  }

  @Test
  void ggufThatLosesMostIsRefused() throws IOException {
    Path halves = folder.resolve("halves.gguf");
    try (TransformerModel model = open(TinyModels.GROUPED)) {
      GgufModelWriter.of(model).type(DType.F16).write(halves);
    }
    Path out = folder.resolve("out.gguf");
    try (TransformerModel model = TransformerModel.open(halves);
        INDArray trained = changed(model, NAME, 1e-5)) {
      GgufModelWriter writer = GgufModelWriter.of(model).changed(Map.of(NAME, trained));
      assertThatThrownBy(() -> writer.write(out)).isInstanceOf(LossyExportException.class);
      assertThat(out).doesNotExist();
      assertThat(
              writer.options(ExportOptions.DEFAULTS.changedAs(DType.F32)).write(out).all().kept())
          .isEqualTo(1);
    }
  }

  @Test
  void noChangeLosesNothing() {
    try (TransformerModel model = open(TinyModels.MISTRAL);
        INDArray same = model.weights().read(NAME)) {
      Survival all = ModelDirectoryWriter.of(model).changed(Map.of(NAME, same)).survival().all();
      assertThat(all.kept()).isEqualTo(1);
      assertThat(all.cosine()).isEqualTo(1);
      assertThat(all.noise()).isZero();
    }
  }

  @Test
  void otherTypesKeepOrderAndAllOtherBytes() throws IOException {
    Path out = folder.resolve("out");
    Path source = TinyModels.write(TinyModels.SHARDED, folder);
    try (TransformerModel model = TransformerModel.open(source);
        INDArray trained = changed(model, NAME, 1e-3)) {
      ModelDirectoryWriter.of(model)
          .changed(Map.of(NAME, trained))
          .options(ExportOptions.DEFAULTS.changedAs(DType.F32))
          .write(out);
      try (Stream<Path> files = Files.list(source)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
          sameButFor(NAME, file, out.resolve(file.getFileName()));
        }
      }
      try (TransformerModel reopened = TransformerModel.open(out);
          INDArray read = reopened.weights().read(NAME)) {
        assertThat(read.equalsWithEps(trained, 0)).isTrue();
      }
    }
  }

  private static void sameButFor(String name, Path expected, Path found) {
    try (SafetensorsFile a = SafetensorsFile.open(expected);
        SafetensorsFile b = SafetensorsFile.open(found)) {
      assertThat(b.entries().keySet()).containsExactlyElementsOf(a.entries().keySet());
      assertThat(b.metadata()).isEqualTo(a.metadata());
      for (String tensor : a.entries().keySet()) {
        assertThat(b.entries().get(tensor).shape()).isEqualTo(a.entries().get(tensor).shape());
        if (!tensor.equals(name)) {
          assertThat(b.entries().get(tensor).dtype()).isEqualTo(a.entries().get(tensor).dtype());
          assertThat(b.readFloats(tensor)).isEqualTo(a.readFloats(tensor));
        }
      }
    }
  }

  @Test
  void theConfigurationNamesATypeThatHoldsAll() throws IOException {
    Path source = TinyModels.write(TinyModels.MISTRAL, folder);
    Path config = source.resolve("config.json");
    ObjectMapper json = new ObjectMapper();
    var named = (com.fasterxml.jackson.databind.node.ObjectNode) json.readTree(config.toFile());
    Files.writeString(config, named.put("torch_dtype", "bfloat16").toString());
    try (TransformerModel model = TransformerModel.open(source);
        INDArray trained = changed(model, NAME, 1e-1)) {
      for (DType type : new DType[] {DType.F32, DType.BF16, DType.F16}) {
        Path out = folder.resolve("out" + type);
        ModelDirectoryWriter.of(model)
            .changed(Map.of(NAME, trained))
            .options(LOSSY.changedAs(type))
            .write(out);
        assertThat(json.readTree(out.resolve("config.json").toFile()).path("torch_dtype").asText())
            .isEqualTo(type == DType.BF16 ? "bfloat16" : "float32");
      }
    }
  }

  @Test
  void blocksAreForGgufOnly() {
    try (TransformerModel model = open(TinyModels.MISTRAL)) {
      ModelDirectoryWriter writer = ModelDirectoryWriter.of(model);
      ExportOptions blocks = LOSSY.changedAs(DType.Q8_0);
      assertThatThrownBy(() -> writer.options(blocks)).hasMessageContaining("Q8_0");
      assertThatThrownBy(() -> LOSSY.changedAs(DType.Q4_K)).hasMessageContaining("Q4_K");
    }
  }

  private java.util.List<String> entries() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
