package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.loss.LensBatch;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.lens.loss.LensStates;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.TappedProbing;
import org.lensdl4j.model.graph.TappedGraph;
import org.lensdl4j.model.graph.TokenInputs;
import org.lensdl4j.model.onnx.OnnxExport;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.onnx.OnnxOperators;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.tests.onnx.OnnxFiles;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class OnnxSnippetsTest {
  private static final Logger log = LoggerFactory.getLogger(OnnxSnippetsTest.class);

  private final Path file = OnnxFiles.file("bert-op17");
  private final Letters tokenizer = new Letters();
  private final Corpus corpus =
      Corpus.of(Map.of("en", texts("a", "bed", "face"), "sw", texts("xyz", "wux", "vutsr")));

  /** A stand-in for a tokenizer, with ids that the tiny models have. */
  private static final class Letters {
    int[] encode(String text) {
      return text.chars().map(c -> 3 + c % 50).toArray();
    }

    int[] encodeWithSpecialTokens(String text) {
      return encode("." + text + ".");
    }
  }

  private static List<TextItem> texts(String... texts) {
    List<TextItem> out = new ArrayList<>();
    for (String text : texts) {
      out.add(new TextItem(text, text));
    }
    return out;
  }

  @Test
  void open() {
    List<int[]> tokens = List.of(new int[] {3, 4, 5}, new int[] {6, 7});
    // snippet open
    try (OnnxModel model = OnnxModel.open(file)) {
      log.info("{}", model.inputs()); // names, types, sizes
      Map<String, INDArray> inputs = TokenInputs.of(model.tapped(), tokens, 0);
      Map<String, INDArray> outputs = model.run(inputs); // by name; yours to close
      Map<String, INDArray> states = model.tapped().states(inputs); // [batch, seq, hidden] by tap
      log.info("{} of {}", outputs.keySet(), states.keySet());
    }
    // end open
  }

  private LanguageSpace space() {
    try (OnnxModel model = OnnxModel.open(file)) {
      // snippet probe
      LanguageSpace space =
          TappedProbing.of(model.tapped())
              .tokens(tokenizer::encodeWithSpecialTokens)
              .pooling(Pooling.MEAN) // LAST for decoders
              .fit(corpus, "en", 0);
      // end probe
      return space;
    }
  }

  @Test
  void probe() {
    assertThat(space().layers()).isEqualTo(4);
  }

  @Test
  void train() {
    LanguageSpace space = space();
    // snippet train
    try (OnnxModel model = OnnxModel.builder(file).trainable("encoder[./]layer\\.2[./]").open()) {
      SameDiff sd = model.graph();
      SDVariable hidden = model.tapped().variable("layer 3"); // [batch, seq, hidden]
      SDVariable mask = sd.getVariable("attention_mask").castTo(DataType.FLOAT); // [batch, seq]
      LensBatch batch = LensBatch.in(sd, "en", List.of("sw"));
      // Read where it was probed.
      LensStates now = LensStates.of(hidden, mask, Pooling.MEAN);
      LensStates before = LensStates.placeholders(sd, "before", DataType.FLOAT, 32);
      LensLoss.of(space, 4).align(1).separate(1).retain(1).attach(batch, now, before);
      log.info("trains {}", model.trainable());
    }
    // end train
    try (OnnxModel model = OnnxModel.builder(file).trainable("encoder[./]layer\\.2[./]").open()) {
      assertThat(model.trainable()).hasSize(16);
    }
  }

  @Test
  void export(@TempDir Path folder) {
    Path output = folder.resolve("encoder.onnx");
    try (OnnxModel model = OnnxModel.builder(file).trainable("encoder[./]layer\\.2[./]").open()) {
      // snippet export
      Map<String, INDArray> trained = new HashMap<>();
      for (String name : model.trainable()) {
        trained.put(name, model.graph().getVariable(name).getArr());
      }
      OnnxExport.of(model.file()).changed(trained).write(output);
      // end export
    }
    assertThat(output).hasSameBinaryContentAs(file); // nothing was trained
  }

  @Test
  void operator() {
    // snippet operator
    OnnxOperators operators =
        OnnxOperators.standard()
            .with(
                "com.example",
                "HardTanh",
                node -> node.output(node.graph().math().clipByValue(node.input(0), -1, 1)));
    try (OnnxModel model = OnnxModel.builder(file).operators(operators).open()) {
      log.info("{}", model.outputs());
    }
    // end operator
    assertThat(operators.names()).contains("com.example:HardTanh");
  }

  @Test
  void own() {
    SameDiff sd = SameDiff.create();
    SDVariable ids = sd.placeHolder("input_ids", DataType.LONG, -1, -1);
    SDVariable table = sd.constant("table", Nd4j.rand(DataType.FLOAT, 60, 8));
    sd.math().tanh("block2", sd.gather("block1", table, ids, 0).mul(2));
    // snippet own
    try (TappedGraph tapped = TappedGraph.of(sd, List.of("input_ids"), "block1", "block2")) {
      LanguageSpace space = TappedProbing.of(tapped).tokens(tokenizer::encode).fit(corpus, "en", 0);
      log.info("{}", space);
    }
    // end own
  }
}
