package org.lensdl4j.examples.programs;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Aligns the languages of a sentence encoder (all-MiniLM-L6-v2, 8-bit ONNX, from a Maven artefact):
 * a residual projection after the frozen encoder learns on 42 parallel paragraphs, by contrast, to
 * put translations next to each other; measured on 20 others. Argument: the number of steps.
 */
public final class EncoderAlign {
  private static final int SAID_EVERY = 20;

  private EncoderAlign() {}

  /** Encodes, trains, measures. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    int steps = args.length > 0 ? Integer.parseInt(args[0]) : 100;
    EncodedTexts texts = EncodedTexts.ofShippedEncoder(out);
    ComputationGraph graph =
        new ComputationGraph(
            projection(texts.hidden(), new ContrastLayer(texts.languages(), texts.means())));
    graph.init();
    Map<String, double[]> before = texts.retrieval((a, b) -> graph.outputSingle(a, b));
    MultiDataSet pairs = texts.trainingPairs();
    double first = graph.score(pairs);
    for (int i = 0; i < steps; i++) {
      graph.fit(pairs);
      if ((i + 1) % SAID_EVERY == 0) {
        out.printf(Locale.ROOT, "step %d of %d%n", i + 1, steps);
      }
    }
    Map<String, double[]> after = texts.retrieval((a, b) -> graph.outputSingle(a, b));
    out.printf(Locale.ROOT, "loss %.2f -> %.2f%n", first, graph.score(pairs));
    texts.print(before, after, out);
  }

  /** y = x + W x + b, with W = 0 and b = 0 before training, on both sides of a pair. */
  static ComputationGraphConfiguration projection(int hidden, ContrastLayer contrast) {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .updater(new Adam(1e-3))
        .trainingWorkspaceMode(WorkspaceMode.NONE)
        .inferenceWorkspaceMode(WorkspaceMode.NONE)
        .graphBuilder()
        .addInputs("central", "target")
        .addVertex("both", new StackVertex(), "central", "target")
        .addLayer(
            "projection",
            new DenseLayer.Builder()
                .nIn(hidden)
                .nOut(hidden)
                .weightInit(WeightInit.ZERO)
                .activation(Activation.IDENTITY)
                .build(),
            "both")
        .addVertex("aligned", new ElementWiseVertex(ElementWiseVertex.Op.Add), "both", "projection")
        .addVertex("left", new UnstackVertex(0, 2), "aligned")
        .addVertex("right", new UnstackVertex(1, 2), "aligned")
        .addVertex("pair", new MergeVertex(), "left", "right")
        .addLayer("contrast", contrast, "pair")
        .setOutputs("contrast")
        .build();
  }
}
