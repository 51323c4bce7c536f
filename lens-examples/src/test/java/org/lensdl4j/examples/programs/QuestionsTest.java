package org.lensdl4j.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.train.Instruction;
import org.lensdl4j.lens.train.InstructionCorpus;

class QuestionsTest {
  private static final String[] LANGUAGES = {"en", "zh", "ja", "ko", "ar", "bn", "sw"};

  @Test
  void questionsAreParallel() throws IOException {
    Questions questions = new Questions(LANGUAGES);
    List<String> trained = ids(questions.training("en"));
    List<String> heldOut = ids(questions.heldOut("en"));
    assertThat(trained).hasSize(18).doesNotContainAnyElementsOf(heldOut);
    assertThat(heldOut).hasSize(6);
    for (String language : LANGUAGES) {
      assertThat(ids(questions.training(language))).as(language).isEqualTo(trained);
      assertThat(ids(questions.heldOut(language))).as(language).isEqualTo(heldOut);
      assertThat(questions.training(language).items())
          .allSatisfy(i -> assertThat(i.response()).isNotEqualTo(i.instruction()));
    }
  }

  private static List<String> ids(InstructionCorpus corpus) {
    return corpus.items().stream().map(Instruction::id).toList();
  }
}
