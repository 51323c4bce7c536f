package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OtherTasksTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LanguageIdentifier ENGLISH =
      new LanguageIdentifier() {
        @Override
        public Optional<String> identify(String text) {
          return Optional.of("en");
        }

        @Override
        public boolean knows(String language) {
          return true;
        }
      };

  @TempDir Path folder;
  private TinyEvaluation tiny;
  private Path out;

  @BeforeEach
  void open() throws IOException {
    tiny = new TinyEvaluation(folder, 2);
    out = folder.resolve("out");
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private List<JsonNode> rows(String task, String language) throws IOException {
    return Files.readAllLines(out.resolve("items").resolve(task + "." + language + ".jsonl"))
        .stream()
        .skip(1)
        .map(
            line -> {
              try {
                return JSON.readTree(line);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            })
        .toList();
  }

  /** The logits of all four letters, by the model's whole head. */
  @Test
  void lettersAreLogitsOfTheFirstToken() throws IOException {
    tiny.write(
        "xcopa",
        "en",
        "{\"idx\":3,\"premise\":\"It rained.\",\"question\":\"effect\",\"choice1\":\"Wet.\",\"choice2\":\"Dry.\",\"label\":0}\n");
    tiny.evaluation().tasks("lens-nlu").languages("en").evaluate(out);

    JsonNode row = rows("lens-nlu-xcopa", "en").get(0);
    String prompt = row.path("prompt").asText();
    assertThat(prompt)
        .startsWith(
            "<|im_start|>system\n<|im_end|>\n<|im_start|>user\nYou are an expert in commonsense reasoning in English.\n")
        .contains("Question: effectWhat is it?\nA. Wet.\nB. Dry.\nPlease choose")
        .endsWith("\nAnswer: <|im_end|>\n<|im_start|>assistant\n");
    assertThat(row.path("key").asText()).isEqualTo("3");
    try (Trunk trunk = tiny.model.trunk().build();
        HiddenStates states =
            trunk.embed(List.of(TokenSequence.of(tiny.model.tokenizer().encode(prompt))))) {
      trunk.advance(states, tiny.model.config().layers(), Outputs.ALL_TOKENS, null);
      float[] last = new float[states.hiddenSize()];
      states.last(0, last);
      try (INDArray hidden = Nd4j.createFromArray(new float[][] {last});
          INDArray logits = trunk.logits(hidden)) {
        for (int i = 0; i < 4; i++) {
          int letter = tiny.model.tokenizer().encode("ABCD".substring(i, i + 1))[0];
          assertThat(row.at("/columns/before/logits").get(i).asDouble())
              .isEqualTo(logits.getFloat(0, letter), org.assertj.core.api.Assertions.within(1e-5));
        }
      }
    }
  }

  @Test
  void arabicLettersStandForTheLatinOnes() throws IOException {
    tiny.write(
        "xcopa",
        "ar",
        "{\"idx\":3,\"premise\":\"P.\",\"question\":\"cause\",\"choice1\":\"x\",\"choice2\":\"y\",\"label\":1}\n");
    tiny.evaluation().tasks("lens-nlu-xcopa").languages("ar").evaluate(out);

    assertThat(rows("lens-nlu-xcopa", "ar").get(0).path("prompt").asText())
        .contains("\nأ. x\nب. y\n");
  }

  @Test
  void answersAndTheirTwins() throws IOException {
    tiny.write("mgsm", "sw", "{\"id\":0,\"question\":\"2 + 3?\",\"answer\":\"5\"}\n");
    tiny.evaluation()
        .tasks("mgsm")
        .languages("sw")
        .maxNewTokens(12)
        .space(tiny.space())
        .steer(0)
        .steer(3)
        .evaluate(out);

    JsonNode row = rows("mgsm", "sw").get(0);
    assertThat(row.path("prompt").asText()).isEqualTo("Swali: 2 + 3?\nAnswer:");
    assertThat(row.at("/columns/steer 0")).isEqualTo(row.at("/columns/before"));
    assertThat(row.at("/columns/steer 3/answer")).isNotEqualTo(row.at("/columns/before/answer"));
  }

  @Test
  void conversationsAreJudgedAndWrittenForAnOutsideJudge() throws IOException {
    tiny.write(
        "mt_bench", "en", "{\"id\":81,\"category\":\"writing\",\"turns\":[\"Hello\",\"Again\"]}\n");
    tiny.write(
        "mt_bench", "sw", "{\"id\":81,\"category\":\"writing\",\"turns\":[\"Habari\",\"Tena\"]}\n");
    EvaluationResult result =
        tiny.evaluation()
            .tasks("fidelity")
            .languages("en", "sw")
            .identifier(ENGLISH)
            .maxNewTokens(6)
            .evaluate(out);

    assertThat(result.get("fidelity", "language", "en", "before").value().value()).isEqualTo(1);
    assertThat(result.get("fidelity", "language", "sw", "before").value().value()).isZero();
    assertThat(result.examples())
        .singleElement()
        .asString()
        .startsWith("sw, before, question 81, answered in ");
    assertThat(result.stats()).contains("question 81, answered in ");
    JsonNode answer =
        JSON.readTree(
            Files.readString(
                out.resolve("answers")
                    .resolve("en")
                    .resolve("model_answer")
                    .resolve("before.jsonl")));
    assertThat(answer.path("question_id").asInt()).isEqualTo(81);
    assertThat(answer.path("model_id").asText()).isEqualTo("before");
    assertThat(answer.at("/choices/0/index").asInt()).isZero();
    assertThat(answer.at("/choices/0/turns")).hasSize(2);
    assertThat(answer.at("/choices/0/turns"))
        .isEqualTo(rows("fidelity", "en").get(0).at("/columns/before/answers"));
  }
}
