package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.base.LensException;

class InstructionCorpusTest {
  private static final String GOOD =
      "{\"id\":\"a\",\"instruction\":\"Q\u00e9?\",\"response\":\"A\"}\n";

  @TempDir Path folder;

  @Test
  void readsLines() throws IOException {
    InstructionCorpus corpus =
        InstructionCorpus.jsonl(
            file("\uFEFF" + GOOD + "\r\n{\"instruction\":\"B?\",\"response\":\"b\"}"));
    assertThat(corpus.items())
        .containsExactly(new Instruction("a", "Q\u00e9?", "A"), new Instruction("#3", "B?", "b"));
    assertThat(corpus.withIds("a"::equals).size()).isEqualTo(1);
    assertThat(corpus.range(1, 2).items()).containsExactly(new Instruction("#3", "B?", "b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"instruction":"q"}                               | field response: found nothing, expected a text
          {"instruction":7,"response":"a"}                  | field instruction: found 7, expected a text
          {"instruction":"q","response":"  "}               | field response: found "  ", expected a text
          {"id":[1],"instruction":"q","response":"a"}       | field id: found [1], expected a string or a whole
          {"id":"a","instruction":"q","response":"a"}       | field id: found a a second time
          {"instruction":"q","response":"\\ud800"}          | field response holds half of a surrogate pair
          {"instruction":"q","instruction":"r"}             | not JSON: Duplicate field 'instruction'
          ["q"]                                             | the line: found ["q"], expected a JSON object
          {"instruction":"q"                                | not JSON
          """)
  void namesFileLineAndField(String line, String message) throws IOException {
    Path file = file(GOOD + line + "\n");
    assertThatThrownBy(() -> InstructionCorpus.jsonl(file))
        .isInstanceOf(LensException.class)
        .hasMessageStartingWith(file + ":2: ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Path file = file("\n\n");
    assertThatThrownBy(() -> InstructionCorpus.jsonl(file))
        .hasMessage(file + ": holds no instructions");
  }

  private Path file(String text) throws IOException {
    return Files.write(folder.resolve("x.jsonl"), text.getBytes(StandardCharsets.UTF_8));
  }
}
