package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.model.base.Sha256;
import org.lensdl4j.model.graph.Lora;

class TuningConfigTest {
  /** Runs on disk hold this form, and a run goes on only if it is the same. */
  @Test
  void theFormIsAsVersion010WroteIt() {
    assertThat(digest(TuningConfig.builder().build())).isEqualTo("79d40adf9da439cd");
    TuningConfig other =
        TuningConfig.builder()
            .topLayers(3)
            .lora(Lora.rank(4).alpha(3).rootScale(true).targets("up_proj", "q_proj").seed(5))
            .learningRate(3e-4)
            .epochs(5)
            .batchSize(3)
            .accumulation(1)
            .schedule(Schedule.CONSTANT)
            .warmupRatio(0)
            .weightDecay(0)
            .clipNorm(0)
            .seed(-12345678901L)
            .systemPrompt(null)
            .maxPromptTokens(7)
            .maxResponseTokens(9)
            .build();
    assertThat(digest(other)).isEqualTo("f37a05222e302edb");
    assertThat(Sha256.hex(other.toJson("xSFT")).substring(0, 16)).isEqualTo("d93a6057674925a6");
    assertThat(other.toBuilder().build().toJson()).isEqualTo(other.toJson());
  }

  private static String digest(TuningConfig config) {
    return Sha256.hex(config.toJson()).substring(0, 16);
  }
}
