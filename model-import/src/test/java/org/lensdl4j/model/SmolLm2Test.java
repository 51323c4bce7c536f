package org.lensdl4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Rotary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real model; its path is in the system property {@code lens.smollm2}. */
@Tag("weights")
class SmolLm2Test {
  private static final Logger LOG = LoggerFactory.getLogger(SmolLm2Test.class);
  private static final Path GGUF = Path.of(System.getProperty("lens.smollm2", "missing.gguf"));

  @Test
  void opens() {
    long start = System.nanoTime();
    try (TransformerModel model = TransformerModel.open(GGUF)) {
      ModelConfig c = model.config();
      assertThat(c.layers()).isEqualTo(30);
      assertThat(c.headDim()).isEqualTo(64);
      assertThat(c.rotary()).isEqualTo(Rotary.plain(100_000));
      assertThat(c.normEpsilon()).isEqualTo(1e-5);
      assertThat(c.tiedHead()).isTrue();
      LOG.info("open {} ms", (System.nanoTime() - start) / 1e6);
      for (int round = 0; round < 3; round++) {
        start = System.nanoTime();
        for (String name : model.weights().tensors().keySet()) {
          try (INDArray a = model.weights().read(name)) {
            assertThat(a.length()).isPositive();
          }
        }
        LOG.info("read all {} ms", (System.nanoTime() - start) / 1e6);
      }
      start = System.nanoTime();
      assertThat(model.hash()).hasSize(64);
      LOG.info("hash {} ms", (System.nanoTime() - start) / 1e6);
    }
  }
}
