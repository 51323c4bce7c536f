package org.lensdl4j.lab.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.train.Instruction;
import org.lensdl4j.lens.train.InstructionCorpus;
import org.lensdl4j.lens.train.TuningConfig;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.fixtures.TinyModels;

class BaselinesTest {
  private static final InstructionCorpus ENGLISH =
      InstructionCorpus.of(
          List.of(new Instruction("1", "Water?", "Wet."), new Instruction("2", "Ice?", "Cold.")));
  private static final InstructionCorpus SWAHILI =
      InstructionCorpus.of(List.of(new Instruction("2", "Barafu?", "Baridi.")));

  @TempDir Path folder;

  @Test
  void xSftIsTheTargetLanguagesAsTheyAre() {
    assertThat(Baselines.xSft(Map.of("sw", SWAHILI)).items())
        .containsExactly(new Instruction("sw/2", "Barafu?", "Baridi."));
  }

  @Test
  void qAlignTranslatesQuestions() {
    assertThat(Baselines.qAlign(Map.of("sw", SWAHILI), ENGLISH).items())
        .containsExactly(
            new Instruction(
                "sw/2",
                "Translate the following text from Swahili to English.\n\nBarafu?",
                "Ice?"));
    InstructionCorpus other = InstructionCorpus.of(List.of(new Instruction("9", "Jua?", "Jua.")));
    assertThatThrownBy(() -> Baselines.qAlign(Map.of("sw", other), ENGLISH))
        .isInstanceOf(LensException.class)
        .hasMessage("instructions are not parallel: sw has id 9, en has not");
  }

  @Test
  void sdrrlAnswersAsTheModelDoes() {
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      TuningConfig config = TuningConfig.builder().maxResponseTokens(5).build();
      List<Instruction> own = Baselines.ownAnswers(model, ENGLISH, config).items();
      assertThat(own).extracting(Instruction::instruction).containsExactly("Water?", "Ice?");
      List<Instruction> items =
          Baselines.sdrrl(model, Map.of("sw", SWAHILI), ENGLISH, config).items();
      assertThat(items)
          .extracting(Instruction::id)
          .containsExactly("en/1", "en/2", "sw/2", "sw-en/2", "en-sw/2");
      assertThat(items.get(2).instruction()).isEqualTo("Barafu?");
      assertThat(items.get(2).response()).isEqualTo(own.get(1).response());
      assertThat(items.get(3).response()).isEqualTo("Ice?");
      assertThat(items.get(4).response()).isEqualTo("Barafu?");
      assertThat(items).extracting(Instruction::response).doesNotContain("Wet.", "Cold.");
    }
  }
}
