package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Gemma 3 270M from its GGUF file, with the tokenizer in there, against transformers. */
@Tag("gemma")
class Gemma3Test {
  /**
   * What our fp32 may be off double precision, in units of what fp32 in transformers is off it in
   * the same layer, both relative to the largest coordinate: that is 200 times the median one from
   * layer 11 on. 0.4 to 3.7 were found, 2e-6 at most.
   */
  private static final double TIMES = 8;

  private static final StoredValues STORED = StoredValues.resource("gemma3/states.safetensors");
  private static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "sw", "bn");

  private static TransformerModel model;

  @BeforeAll
  static void open() {
    model = TransformerModel.open(Prerequisite.GEMMA.path());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void idsOfSevenLanguagesAndOfHardTexts() throws IOException {
    assertThat(model.tokenizer().encodeWithSpecialTokens("The capital of France is")).hasSize(6);
    try (InputStream in = Gemma3Test.class.getResourceAsStream("/reference/gemma3/tokens.json")) {
      for (JsonNode item : new ObjectMapper().readTree(in)) {
        List<Integer> expected = new ArrayList<>();
        item.get("ids").forEach(id -> expected.add(id.intValue()));
        String text = item.get("text").textValue();
        assertThat(model.tokenizer().encodeWithSpecialTokens(text))
            .as(text)
            .containsExactly(expected.stream().mapToInt(i -> i).toArray());
      }
    }
  }

  /** In one pass: fourteen texts in seven languages, and one longer than the window. */
  @Test
  void statesOfAllLayersAndScores() {
    List<String> names = new ArrayList<>(List.of("long"));
    LANGUAGES.forEach(l -> names.addAll(List.of(l + ".0", l + ".1")));
    List<TokenSequence> texts = new ArrayList<>();
    names.forEach(n -> texts.add(TokenSequence.of(STORED.ints(n + ".ids"))));
    float[] state = new float[model.config().hiddenSize()];
    try (Trunk trunk = model.trunk().build();
        HiddenStates states = trunk.embed(texts)) {
      trunk.advance(
          states,
          model.config().layers(),
          Outputs.LAST_TOKEN,
          (layer, s) -> {
            double ours = 0;
            double theirs = 0;
            for (int i = 0; i < names.size(); i++) {
              s.last(i, state);
              ours = Math.max(ours, stateError(names.get(i), layer, state));
              theirs = Math.max(theirs, STORED.values(names.get(i) + ".error")[layer - 1]);
            }
            assertThat(ours).as("error after layer %d", layer).isLessThan(TIMES * theirs);
          });
      double ours = 0;
      double theirs = 0;
      for (int i = 0; i < names.size(); i++) {
        states.last(i, state);
        ours = Math.max(ours, scoresError(trunk, names.get(i), state));
        theirs = Math.max(theirs, STORED.values(names.get(i) + ".scores.error")[0]);
      }
      assertThat(ours).as("error of scores").isLessThan(TIMES * theirs);
    }
  }

  private static double stateError(String name, int layer, float[] state) {
    double[] exact = STORED.part(name + ".last", layer - 1);
    int[] coordinates = STORED.ints("coordinates");
    double[] found = new double[coordinates.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = state[coordinates[i]];
    }
    return largestDifference(found, exact) / STORED.values(name + ".largest")[layer - 1];
  }

  private static double scoresError(Trunk trunk, String name, float[] state) {
    int[] best = STORED.ints(name + ".best");
    try (INDArray row = Nd4j.createFromArray(new float[][] {state});
        INDArray logits = trunk.logits(row)) {
      double[] found = new double[best.length];
      for (int i = 0; i < best.length; i++) {
        found[i] = logits.getDouble(0, best[i]);
      }
      double[] exact = STORED.values(name + ".scores");
      return largestDifference(found, exact) / STORED.values(name + ".scores.largest")[0];
    }
  }

  private static double largestDifference(double[] found, double[] exact) {
    double out = 0;
    for (int i = 0; i < exact.length; i++) {
      double difference = Math.abs(found[i] - exact[i]);
      out = difference <= out ? out : difference; // a difference that is not a number stays
    }
    return out;
  }

  @Test
  void completesAnEnglishSentence() {
    assertThat(model.chatTemplate()).isEmpty();
    int[] prompt = model.tokenizer().encodeWithSpecialTokens("Two plus two is four. Three plus");
    try (Generator generator = model.generator()) {
      int[] ids = generator.generate(prompt, Sampling.greedy(), 4, TokenListener.NONE);
      assertThat(model.tokenizer().decode(ids)).containsIgnoringCase("three");
    }
  }
}
