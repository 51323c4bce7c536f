package org.lensdl4j.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.examples.inspect.OnnxSummary;
import org.lensdl4j.model.graph.Tap;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.tests.reference.Near;
import org.lensdl4j.tests.reference.StoredValues;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class OnnxReferenceTest {
  private static final int SHAPES = 4;
  private static final Logger log = LoggerFactory.getLogger(OnnxReferenceTest.class);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-op11",
        "bert-op17",
        "xlmr-op14",
        "gpt2-op13",
        "llama-op14",
        "llama-op17",
        "phi3-op15",
        "qwen2-op16"
      })
  void outputsEqualOnnxruntime(String name) {
    StoredValues expected = StoredValues.resource("onnx/" + name + ".safetensors");
    try (OnnxModel model = OnnxModel.open(OnnxFiles.file(name))) {
      for (int shape = 0; shape < SHAPES; shape++) {
        Map<String, INDArray> out = model.run(StoredInputs.of(model, expected, shape));
        for (String output : model.outputs()) {
          String key = shape + ".out." + output;
          assertNear(name + " " + key, out.get(output), expected.values(key), 1e-5);
          out.get(output).close();
        }
      }
    }
  }

  /** As transformers counts them: the last is the one after the final norm. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-op11",
        "bert-op17",
        "xlmr-op14",
        "gpt2-op13",
        "llama-op14",
        "llama-op17",
        "phi3-op15",
        "qwen2-op16"
      })
  void tapsEqualHiddenStates(String name) {
    StoredValues expected = StoredValues.resource("onnx/" + name + ".safetensors");
    try (OnnxModel model = OnnxModel.open(OnnxFiles.file(name))) {
      List<String> taps = new ArrayList<>(model.tapped().taps().stream().map(Tap::name).toList());
      if (taps.remove("final norm")) {
        taps.set(taps.size() - 1, "final norm");
      }
      assertThat(taps).hasSize(4);
      for (int shape = 0; shape < SHAPES; shape++) {
        Map<String, INDArray> states =
            model.tapped().states(StoredInputs.of(model, expected, shape));
        for (int k = 0; k < taps.size(); k++) {
          String key = shape + ".state." + k;
          INDArray state = states.get(taps.get(k));
          assertThat(state.shape()).isEqualTo(expected.shape(key));
          assertNear(name + " " + key, state, expected.values(key), 1e-5);
        }
        states.values().forEach(INDArray::close);
      }
    }
  }

  /**
   * Activations are rounded to 256 levels: where two sums differ in their last bit on both sides of
   * a rounding edge, one level is the difference, here as between any two machines: one of the four
   * shapes may differ so.
   */
  @Test
  void quantisedOutputsEqualOnnxruntime() {
    compareQuantised(OnnxFiles.file("bert-int8"), "bert-int8", 3);
  }

  @Test
  void shippedEncoderEqualsOnnxruntime(@TempDir Path folder) throws IOException {
    compareQuantised(OnnxFiles.shippedEncoder(folder), "all-minilm-l6-v2-q", 6);
  }

  /**
   * Those that are not 8-bit are exact for all shapes; for 8-bit ones see above: onnxruntime's own
   * levels of optimisation differ as much among themselves.
   */
  @Test
  @Tag("encoders")
  void encodersEqualOnnxruntime() throws IOException {
    try (Stream<Path> files = Files.list(Prerequisite.ENCODERS.path())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList()) {
        String name = file.getFileName().toString().replace(".onnx", "");
        StoredValues expected = StoredValues.file(file.resolveSibling(name + ".safetensors"));
        try (OnnxModel model = OnnxModel.open(file)) {
          boolean eightBits = name.contains("-q");
          List<Double> errors = errors(model, name, expected);
          log.info("{}: errors {}, {} taps", name, errors, model.tapped().taps().size());
          assertThat(model.tapped().taps()).hasSizeGreaterThan(4);
          assertThat(errors).allMatch(e -> e < (eightBits ? 0.1 : 1e-5));
          assertThat(errors).filteredOn(e -> e < 1e-5).hasSizeGreaterThanOrEqualTo(2);
        }
      }
    }
  }

  @Test
  void summaryListsInputsAndHiddenStates() {
    try (OnnxModel model = OnnxModel.open(OnnxFiles.file("qwen2-op16"))) {
      assertThat(OnnxSummary.of(model))
          .contains("ONNX, opset 16", "input_ids LONG [batch, sequence]", "logits")
          .containsSubsequence("embeddings", "layer 1", "layer 3", "final norm");
    }
  }

  private static void compareQuantised(Path file, String name, int layers) {
    StoredValues expected = StoredValues.resource("onnx/" + name + ".safetensors");
    try (OnnxModel model = OnnxModel.open(file)) {
      assertThat(model.tapped().taps()).hasSize(layers + 1);
      List<Double> errors = errors(model, name, expected);
      assertThat(errors).allMatch(e -> e < 2e-2);
      assertThat(errors).filteredOn(e -> e < 1e-5).hasSizeGreaterThanOrEqualTo(errors.size() - 1);
    }
  }

  /** One per shape and output. */
  private static List<Double> errors(OnnxModel model, String name, StoredValues expected) {
    List<Double> out = new ArrayList<>();
    for (int shape = 0; shape < SHAPES; shape++) {
      Map<String, INDArray> actual = model.run(StoredInputs.of(model, expected, shape));
      for (String key : expected.names(shape + ".out.")) {
        INDArray a = actual.get(key.substring((shape + ".out.").length()));
        out.add(Near.error(name + " " + key, Near.values(a), expected.values(key)));
      }
      actual.values().forEach(INDArray::close);
    }
    return out;
  }
}
