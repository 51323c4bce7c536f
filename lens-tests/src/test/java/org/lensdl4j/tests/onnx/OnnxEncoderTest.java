package org.lensdl4j.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.SentencePooling;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.graph.TokenInputs;
import org.lensdl4j.model.onnx.OnnxEncoder;
import org.lensdl4j.model.onnx.OnnxExport;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.OverlayWeights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** From an ONNX file to a directory that can be trained, and what was trained back to the file. */
class OnnxEncoderTest {
  private static final List<int[]> TEXTS = List.of(new int[] {3, 9, 60, 4}, new int[] {8});

  @TempDir Path folder;

  private Path directory(String name) throws IOException {
    Path out = folder.resolve(name);
    OnnxEncoder.write(OnnxFiles.file(name), tokenizer(61), Pooling.MEAN, out);
    return out;
  }

  private Path tokenizer(int words) throws IOException {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("version", "1.0");
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode model = root.putObject("model");
    model.put("type", "WordPiece").put("unk_token", "[UNK]");
    model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    ObjectNode vocabulary = model.putObject("vocab");
    vocabulary.put("[UNK]", 0);
    for (int i = 1; i < words; i++) {
      vocabulary.put("w" + i, i);
    }
    return Files.writeString(folder.resolve("tokenizer.json"), root.toString());
  }

  private static float[][] states(TransformerModel model, Map<String, INDArray> changed) {
    try (OverlayWeights weights = new OverlayWeights(model.weights(), changed);
        Trunk trunk = Trunk.builder(model.config(), weights).build();
        HiddenStates states = trunk.embed(TEXTS.stream().map(TokenSequence::of).toList())) {
      trunk.advance(states, model.config().layers(), Outputs.ALL_TOKENS, null);
      return Pooling.MEAN.of(states);
    }
  }

  private static float[][] states(Path onnx) {
    try (OnnxModel model = OnnxModel.open(onnx)) {
      INDArray states =
          model
              .run(TokenInputs.of(model.tapped(), TEXTS, 0), List.of("last_hidden_state"))
              .get("last_hidden_state");
      return Pooling.MEAN.of(states, TEXTS.stream().map(t -> t.length).toList());
    }
  }

  private static void same(float[][] found, float[][] expected) {
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < expected[i].length; k++) {
        assertThat(found[i][k]).isCloseTo(expected[i][k], within(2e-5f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-op11", "bert-op17"})
  void theDirectoryComputesWhatTheFileComputes(String name) throws IOException {
    Path directory = directory(name);
    assertThat(SentencePooling.require(directory)).isEqualTo(Pooling.MEAN);
    try (TransformerModel model = TransformerModel.open(directory)) {
      assertThat(model.config().layers()).isEqualTo(3);
      same(states(model, Map.of()), states(OnnxFiles.file(name)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-op11", "bert-op17"})
  void whatWasTrainedGoesBackToTheFile(String name) throws IOException {
    try (TransformerModel model = TransformerModel.open(directory(name))) {
      Map<String, INDArray> trained = new HashMap<>();
      for (String weight : model.weights().tensors().keySet()) {
        if (weight.contains("layer.2.")) {
          INDArray array = model.weights().read(weight);
          trained.put(weight, array.addi(Nd4j.randn(DataType.FLOAT, array.shape()).muli(0.1)));
        }
      }
      assertThat(trained).hasSize(16);
      Path file = folder.resolve("trained.onnx");
      OnnxExport.write(OnnxFiles.file(name), model.weights(), trained, file);
      same(states(file), states(model, trained));
      assertThat(states(file)[0][0]).isNotEqualTo(states(OnnxFiles.file(name))[0][0]);

      Path none = folder.resolve("none.onnx");
      OnnxExport.write(OnnxFiles.file(name), model.weights(), Map.of(), none);
      assertThat(none).hasSameBinaryContentAs(OnnxFiles.file(name));

      Path exported = folder.resolve("exported");
      ModelDirectoryWriter.of(model)
          .changed(trained)
          .options(ExportOptions.DEFAULTS.changedAs(DType.F32))
          .write(exported);
      assertThat(SentencePooling.require(exported)).isEqualTo(Pooling.MEAN);
      try (TransformerModel again = TransformerModel.open(exported)) {
        same(states(again, Map.of()), states(file));
      }
    }
  }

  @Test
  void aFileOfOtherWeightsIsRefused() throws IOException {
    try (TransformerModel model = TransformerModel.open(directory("bert-op11"))) {
      String weight = "encoder.layer.2.output.dense.weight";
      Map<String, INDArray> trained = Map.of(weight, model.weights().read(weight));
      Path output = folder.resolve("out.onnx");
      Path near = folder.resolve("near.onnx");
      INDArray bit = model.weights().read(weight);
      bit.putScalar(5, Math.nextUp(bit.getFloat(5)));
      OnnxExport.write(OnnxFiles.file("bert-op11"), model.weights(), Map.of(weight, bit), near);
      assertThatThrownBy(() -> OnnxExport.write(near, model.weights(), trained, output))
          .hasMessageContaining("other values");
      for (String[] other :
          new String[][] {
            {"bert-op17", "other values"}, {"gpt2-op13", "no such weight"}, {"bert-int8", ""}
          }) {
        assertThatThrownBy(
                () -> OnnxExport.write(OnnxFiles.file(other[0]), model.weights(), trained, output))
            .isInstanceOf(ModelFormatException.class)
            .hasMessageContaining(other[0] + ".onnx")
            .hasMessageContaining(weight)
            .hasMessageContaining(other[1]);
        assertThat(output).doesNotExist();
      }
    }
  }

  @Test
  void filesOfOtherFormsAreRefused() throws IOException {
    Path tokenizer = tokenizer(61);
    for (String name : List.of("xlmr-op14", "gpt2-op13", "llama-op17", "bert-int8")) {
      Path output = folder.resolve(name);
      assertThatThrownBy(
              () -> OnnxEncoder.write(OnnxFiles.file(name), tokenizer, Pooling.MEAN, output))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(name + ".onnx")
          .hasMessageContaining("BERT");
      assertThat(output).doesNotExist();
    }
    Path large = tokenizer(70);
    assertThatThrownBy(
            () ->
                OnnxEncoder.write(
                    OnnxFiles.file("bert-op11"), large, Pooling.MEAN, folder.resolve("large")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("70")
        .hasMessageContaining("61");
  }

  @Test
  void poolingThatIsNotSaidOrNotUnderstood() throws IOException {
    assertThatThrownBy(() -> SentencePooling.require(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("no pooling configuration")
        .hasMessageContaining("1_Pooling/config.json");
    Path pooling = Files.createDirectories(folder.resolve("1_Pooling")).resolve("config.json");
    Files.writeString(pooling, "{\"pooling_mode_max_tokens\": true}");
    assertThatThrownBy(() -> SentencePooling.read(folder))
        .hasMessageContaining("[max_tokens]")
        .hasMessageContaining("mean_tokens or cls_token");
    Files.writeString(
        pooling, "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
    assertThat(SentencePooling.require(folder)).isEqualTo(Pooling.FIRST);
    Files.createDirectories(folder.resolve("2_Dense"));
    assertThatThrownBy(() -> SentencePooling.read(folder)).hasMessageContaining("2_Dense");
  }
}
