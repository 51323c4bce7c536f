package org.lensdl4j.tests.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.measure.Chrf;

/** chrF++ as sacrebleu has it; the values are made by {@code make_chrf_reference.py}. */
class ChrfTest {
  private static JsonNode reference() throws IOException {
    try (InputStream in = ChrfTest.class.getResourceAsStream("/reference/evaluate/chrf.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static double[] counts(JsonNode pair) {
    return Chrf.counts(pair.path("translation").asText(), pair.path("reference").asText());
  }

  @Test
  void sentencesScoreAsThere() throws IOException {
    for (JsonNode pair : reference().path("pairs")) {
      assertThat(Chrf.score(counts(pair)))
          .as(pair.toString())
          .isEqualTo(pair.path("score").asDouble(), within(1e-9));
    }
  }

  @Test
  void corporaScoreAsThere() throws IOException {
    JsonNode reference = reference();
    for (JsonNode corpus : reference.path("corpora")) {
      double[] sums = new double[counts(reference.path("pairs").get(0)).length];
      for (int i = corpus.path("first").asInt(); i < corpus.path("last").asInt(); i++) {
        double[] own = counts(reference.path("pairs").get(i));
        for (int k = 0; k < sums.length; k++) {
          sums[k] += own[k];
        }
      }
      assertThat(Chrf.score(sums))
          .as(corpus.toString())
          .isEqualTo(corpus.path("score").asDouble(), within(1e-9));
    }
  }
}
