package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.lens.steer.ControlVector;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.GgufModelWriter;
import org.lensdl4j.model.fixtures.TensorNames;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.OverlayWeights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * llama.cpp computes with GGUF files of ours what our own model does: a changed model, and the
 * model with a language's control vector, whose places in llama.cpp's buffer must be the layers at
 * which the directions were measured.
 */
@Tag("weights")
@Tag("llamacpp")
class LlamaCppTest {
  /** Thirty layers of fp32 sums in another order, other exp and rotary functions. */
  private static final double TOLERANCE = 5e-5;

  @TempDir Path folder;

  @Test
  void modelsAndControlVectors() throws IOException {
    Path gguf = folder.resolve("changed.gguf");
    Path vector = folder.resolve("sw.gguf");
    String gate = TensorNames.layer(29, "mlp.gate_proj.weight");
    try (TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path());
        INDArray changed = model.weights().read(gate).muli(1.25)) {
      GgufModelWriter.of(model).type(DType.F32).changed(Map.of(gate, changed)).write(gguf);
      LanguageSpace space = space(model);
      ControlVector.write(space, "sw", "llama", 1, vector);
      int[] ids = model.tokenizer().encode("Paris is the capital of France, and Berlin");
      INDArray[] none = new INDArray[31];
      INDArray[] steered = new INDArray[31];
      INDArray[] shifted = new INDArray[31];
      for (int layer = 2; layer < 30; layer++) {
        steered[layer] = Nd4j.createFromArray(floats(space.direction(layer, "sw")));
        shifted[layer - 1] = steered[layer];
      }
      try (OverlayWeights weights = new OverlayWeights(model.weights(), Map.of(gate, changed))) {
        double[] plain = logits(model, weights, ids, none);
        double[] with = logits(model, weights, ids, steered);
        assertThat(Near.error("plain", llamaCpp(gguf, ids), plain)).isLessThan(TOLERANCE);
        double[] theirs = llamaCpp(gguf, ids, vector.toString(), "1");
        assertThat(Near.error("steered", theirs, with)).isLessThan(TOLERANCE);
        assertThat(Near.error("steered or not", theirs, plain)).isGreaterThan(1e-2);
        double[] wrong = logits(model, weights, ids, shifted);
        assertThat(Near.error("one layer lower", theirs, wrong)).isGreaterThan(100 * TOLERANCE);
      }
    }
  }

  private double[] llamaCpp(Path gguf, int[] ids, String... control) throws IOException {
    Path out = folder.resolve("logits");
    List<String> arguments = new ArrayList<>(List.of("logits", gguf.toString()));
    arguments.add(IntStream.of(ids).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
    arguments.add(out.toString());
    arguments.addAll(List.of(control));
    PythonScript.run(
        Prerequisite.LLAMA_CPP, folder.resolve("log"), "llama_cpp_check.py", arguments);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    double[] found = new double[bytes.capacity() / Float.BYTES];
    for (int i = 0; i < found.length; i++) {
      found[i] = bytes.getFloat();
    }
    return found;
  }

  /** Of three texts a language: what matters is that every layer has another direction. */
  private static LanguageSpace space(TransformerModel model) {
    Map<String, List<String>> texts =
        Map.of(
            "en",
                List.of("Everyone has the right to life.", "No one is a slave.", "All are equal."),
            "sw", List.of("Kila mtu ana haki ya kuishi.", "Hakuna mtumwa.", "Watu wote ni sawa."));
    int layers = model.config().layers();
    int width = model.config().hiddenSize();
    LanguageStatistics statistics = new LanguageStatistics(List.of("en", "sw"), layers, width);
    for (String language : List.of("en", "sw")) {
      List<TokenSequence> sequences =
          texts.get(language).stream()
              .map(t -> TokenSequence.of(model.tokenizer().encode(t)))
              .toList();
      float[] state = new float[width];
      try (Trunk trunk = model.trunk().build();
          HiddenStates states = trunk.embed(sequences)) {
        trunk.advance(
            states,
            layers,
            Outputs.LAST_TOKEN,
            (layer, s) -> {
              for (int i = 0; i < s.texts(); i++) {
                s.last(i, state);
                statistics.add(language, layer, state);
              }
            });
      }
    }
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel("x"));
  }

  /** The last token's, with a direction added to all states that leave a layer; 1-based. */
  private static double[] logits(
      TransformerModel model, OverlayWeights weights, int[] ids, INDArray[] directions) {
    try (Trunk trunk = model.trunk().build();
        HiddenStates states = trunk.embed(List.of(TokenSequence.of(ids)))) {
      float[][] rows = new float[ids.length][states.hiddenSize()];
      for (int t = 0; t < ids.length; t++) {
        states.token(0, t, rows[t]);
      }
      INDArray hidden = Nd4j.createFromArray(rows);
      for (int layer = 1; layer <= model.config().layers(); layer++) {
        hidden = layer(model, weights, layer, hidden);
        if (directions[layer] != null) {
          hidden.addiRowVector(directions[layer]);
        }
      }
      try (INDArray scores = trunk.logits(hidden.getRow(ids.length - 1, true))) {
        return Near.values(scores);
      }
    }
  }

  /** After the last layer, the states after the final norm. */
  private static INDArray layer(
      TransformerModel model, OverlayWeights weights, int layer, INDArray hidden) {
    try (TransformerGraph graph =
            TransformerGraph.builder(model.config(), weights).layers(layer, layer).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      int rows = (int) hidden.size(0);
      Map<String, INDArray> in = new HashMap<>(new RowBatch(0, rows).placeholders(model.config()));
      in.put(TransformerGraph.HIDDEN, hidden);
      return runner.run(in, List.of(graph.output())).get(graph.output()).dup();
    }
  }

  private static float[] floats(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }
}
