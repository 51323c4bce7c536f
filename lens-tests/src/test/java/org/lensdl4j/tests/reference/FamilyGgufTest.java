package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.FamilyVariant.TOLERANCE;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.Architectures;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A model as GGUF, named by llama.cpp's own tables, is the model as a directory. */
class FamilyGgufTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-3.1",
        "qwen2",
        "qwen3",
        "phi3.5-longrope",
        "gemma2",
        "gemma3-linear",
        "gpt2"
      })
  void sameWeightsAndStates(String variant) {
    Path folder = FamilyVariant.folder(variant);
    try (FamilyVariant directory = FamilyVariant.open(variant);
        TransformerModel gguf = TransformerModel.open(folder.resolve("model.gguf"))) {
      assertThat(gguf.config().modelType()).isEqualTo(directory.model.config().modelType());
      assertThat(gguf.weights().tensors().keySet())
          .containsAll(directory.model.weights().tensors().keySet());
      for (String name : directory.model.weights().tensors().keySet()) {
        try (INDArray expected = directory.model.weights().read(name);
            INDArray found = gguf.weights().read(name)) {
          assertNear(name, found, Near.values(expected), 1e-6);
        }
      }
      for (String ids : List.of("ids", "long.ids")) {
        states(gguf, directory.stored, ids);
      }
    }
  }

  private static void states(TransformerModel gguf, StoredValues stored, String name) {
    TokenSequence text = TokenSequence.of(stored.ints(name));
    float[] last = new float[gguf.config().hiddenSize()];
    try (Trunk trunk = gguf.trunk().build();
        HiddenStates states = trunk.embed(List.of(text))) {
      trunk.advance(states, gguf.config().layers(), Outputs.LAST_TOKEN, null);
      states.last(0, last);
      double[] expected =
          name.equals("ids")
              ? stored.part("hidden", gguf.config().layers(), text.length() - 1)
              : stored.part("long.last", gguf.config().layers());
      assertNear(name, Near.doubles(last), expected, TOLERANCE);
    }
  }

  /** What is written for a GGUF file is read as what the file was. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-3.1",
        "qwen2",
        "qwen3",
        "phi3.5-longrope",
        "gemma2",
        "gemma3-linear",
        "gpt2"
      })
  void configurationSurvivesTheWayToHuggingFace(String variant) {
    Path folder = FamilyVariant.folder(variant);
    try (TransformerModel gguf = TransformerModel.open(folder.resolve("model.gguf"))) {
      ModelConfig config = gguf.config();
      ModelConfig again = Architectures.fromJson("written", Architectures.toJson(config), null);
      assertThat(again)
          .usingRecursiveComparison()
          .withComparatorForType(
              (a, b) -> Math.abs(a - b) < 1e-6 * Math.abs(b) ? 0 : Double.compare(a, b),
              Double.class)
          .isEqualTo(config);
    }
  }
}
