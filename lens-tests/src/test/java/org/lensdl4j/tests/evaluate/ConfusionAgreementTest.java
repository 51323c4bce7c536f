package org.lensdl4j.tests.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.evaluate.fidelity.Confusion;
import org.lensdl4j.lab.evaluate.fidelity.Confusion.Outcome;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lab.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.model.testing.Prerequisite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * 900 answers of five systems with the verdict of the Language Confusion Benchmark's own scorer.
 * Prints every answer that is judged otherwise here.
 */
@Tag("shared")
class ConfusionAgreementTest {
  private static final Logger LOG = LoggerFactory.getLogger(ConfusionAgreementTest.class);
  private static final double AGREEMENT = 0.97;

  @Test
  void judgesAsTheBenchmark() throws IOException {
    LanguageIdentifier lingua = new LinguaIdentifier(List.of("en", "zh", "ja", "ko", "ar"));
    Path replies = Prerequisite.SHARED.path().resolve("data/lcb/replies.jsonl");
    ObjectMapper json = new ObjectMapper();
    int judged = 0;
    int same = 0;
    Map<String, Integer> table = new TreeMap<>();
    for (String line : Files.readAllLines(replies)) {
      JsonNode reply = json.readTree(line);
      String language = reply.path("language").asText();
      Outcome theirs = Outcome.valueOf(reply.path("verdict").asText().toUpperCase(Locale.ROOT));
      Confusion ours = Confusion.of(reply.path("text").asText(), language, lingua);
      table.merge(
          "%s, %s there, %s here".formatted(language, theirs, ours.outcome()), 1, (a, b) -> a + b);
      if (theirs == Outcome.SKIPPED) {
        continue;
      }
      judged++;
      if (theirs == ours.outcome()) {
        same++;
      } else {
        LOG.info(
            "{}, {}: {} there, {} here; lines {}, words {}",
            reply.path("id").asText(),
            language,
            theirs,
            ours.outcome(),
            ours.wrongLines(),
            ours.wrongWords());
      }
    }
    table.forEach((pair, count) -> LOG.info("{}: {}", pair, count));
    LOG.info("{} of {} verdicts are the benchmark's", same, judged);

    assertThat((double) same / judged).isGreaterThanOrEqualTo(AGREEMENT);
  }
}
