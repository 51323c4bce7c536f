package org.lensdl4j.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.nd4j.linalg.factory.Nd4j;

class AdapterFolderTest {
  private static final ModelConfig CONFIG = TinyModels.GROUPED.config();

  @TempDir Path folder;

  @Test
  void comesBackAsItWas() throws IOException {
    Lora lora = Lora.rank(3).alpha(7).rootScale(true).targets("v_proj", "down_proj").seed(3);
    Path out = folder.resolve("adapter");
    try (LoraAdapters adapters = LoraAdapters.fresh(lora, CONFIG, 3, 4)) {
      adapters.arrays().values().forEach(a -> a.addi(Nd4j.randn(a.shape())));
      AdapterFolder.write(out, adapters, "tiny");
      assertThat(Files.readString(out.resolve("adapter_config.json")))
          .contains("\"down_proj\", \"v_proj\"", "\"layers_to_transform\" : [ 2, 3 ]");
      try (LoraAdapters again = AdapterFolder.read(out, CONFIG)) {
        assertThat(again.arrays()).isEqualTo(adapters.arrays());
        assertThat(again.settings().scale()).isEqualTo(lora.scale());
        assertThat(again.weights()).containsExactlyInAnyOrderElementsOf(adapters.weights());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "bias" : "none"      | "bias" : "all"             | bias is "all", expected none
          "r" : 2              | "r" : 3                    | has shape [2, 32], expected [3, 32]
          "r" : 2              | "r" : 20000000             | rank 20000000, expected 1 to 1024
          "r" : 2              | "r" : 2, "use_dora" : true | use_dora is true, expected false
          "peft_type" : "LORA" | "peft_type" : "IA3"        | peft_type is "IA3", expected LORA
          """)
  void refusesWhatItCannotUse(String from, String to, String message) throws IOException {
    Path out = folder.resolve("adapter");
    try (LoraAdapters adapters = LoraAdapters.fresh(Lora.rank(2), CONFIG, 4, 4)) {
      AdapterFolder.write(out, adapters, "tiny");
    }
    Path config = out.resolve("adapter_config.json");
    Files.writeString(config, Files.readString(config).replace(from, to));
    assertThatThrownBy(() -> AdapterFolder.read(out, CONFIG))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("adapter")
        .hasMessageContaining(message);
  }

  @Test
  void refusesAdaptersOfAnotherModel() {
    Path out = folder.resolve("adapter");
    Lora lora = Lora.rank(2).targets("k_proj");
    try (LoraAdapters adapters = LoraAdapters.fresh(lora, CONFIG, 4, 4)) {
      AdapterFolder.write(out, adapters, "tiny");
    }
    assertThatThrownBy(() -> AdapterFolder.read(out, TinyModels.PLAIN_HEADS.config()))
        .hasMessageContaining("has shape [16, 2], expected [32, 2]");
  }
}
