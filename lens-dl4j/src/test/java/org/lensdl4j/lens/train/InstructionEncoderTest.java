package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;

class InstructionEncoderTest {
  private static final Instruction ITEM = new Instruction("a", "Is ice warm?", " No, cold. ");

  @TempDir Path folder;

  /** What is learned is what the template writes as the assistant's turn, up to its end. */
  @Test
  void learnsTheTurnAndItsEnd() {
    try (TransformerModel model = open()) {
      TuningConfig config = TuningConfig.builder().systemPrompt("Be short.").build();
      EncodedInstruction found = new InstructionEncoder(model, config).encode(ITEM);
      assertThat(model.tokenizer().decode(Arrays.copyOf(found.ids(), found.promptLength())))
          .endsWith("Is ice warm?<|im_end|>\n<|im_start|>assistant\n");
      assertThat(found.labels()).endsWith(2);
      int[] words = Arrays.copyOf(found.labels(), found.responseLength() - 1);
      assertThat(model.tokenizer().decode(words)).isEqualTo("No, cold.");
      int[] from = found.from();
      for (int i = 0; i < from.length; i++) {
        assertThat(found.ids()[from[i] + 1]).isEqualTo(found.labels()[i]);
      }
    }
  }

  @Test
  void cutsALongResponseWithoutAnEnd() {
    try (TransformerModel model = open()) {
      TuningConfig config = TuningConfig.builder().maxResponseTokens(3).build();
      EncodedInstruction found = new InstructionEncoder(model, config).encode(ITEM);
      assertThat(model.tokenizer().decode(found.labels())).isEqualTo("No,");
    }
  }

  private TransformerModel open() {
    return TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
  }
}
