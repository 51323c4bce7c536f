package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;

class BackendTest {
  @Test
  void saysWhatComputesHere() {
    Backend backend = Backend.start();
    assertThat(backend.name()).isIn("CPU", "CUDA");
    assertThat(backend.toString()).startsWith(backend.name() + " (").doesNotContain("?", "unknown");
  }

  @Test
  void namesTheLibraryItsVersionAndItsKernels() {
    assumeTrue(Backend.start().name().equals("CPU"));
    assertThat(Backend.start().toString())
        .containsPattern("OpenBLAS \\d+\\.\\d+\\S* with kernels for \\w+,");
  }

  @Test
  void wrongProductsAreOneLineThatSaysWhatToDo() {
    assertThat(ProductCheck.firstFault()).isEmpty();
    BlasLibrary library = new BlasLibrary("0.3.19", "Cooperlake");
    assertThat(
            Backend.wrong(
                "CPU", Optional.of(library), "FLOAT of 5x9 and 9x17: found 1, expected 2"))
        .hasMessageContainingAll(
            "0.3.19", "Cooperlake", "FLOAT of 5x9", "OPENBLAS_CORETYPE=Haswell")
        .message()
        .hasLineCount(1);
  }

  @Test
  void onlyKernelsWithoutAvx2AreSlowOnAProcessorThatHasIt() {
    assertThat(new BlasLibrary("0.3.19", "Prescott").isSlow(true)).isTrue();
    assertThat(new BlasLibrary("0.3.19", "Prescott").isSlow(false)).isFalse();
    assertThat(new BlasLibrary("0.3.31", "Haswell").isSlow(true)).isFalse();
  }

  @Test
  void namesTheCard() {
    assertThat(Backend.of(machine("NVIDIA A100-SXM4-40GB", 8, 0)))
        .hasToString("CUDA (NVIDIA A100-SXM4-40GB, capability 8.0, 42.0 GB)");
  }

  @ParameterizedTest
  @CsvSource({"NVIDIA H100, 9, 0", "Tesla K40, 3, 5", "NVIDIA B200, 10, 0"})
  void refusesCardsThatTheBackendHoldsNoCodeFor(String name, int major, int minor) {
    assertThatThrownBy(() -> Backend.of(machine(name, major, minor)))
        .isInstanceOf(BackendException.class)
        .hasMessageContainingAll(
            name, "compute capability " + major + "." + minor, "3.7 to 8.x", "without -Pcuda")
        .message()
        .hasLineCount(1);
  }

  @Test
  void laterCardsOfTheSameLineRunItsCode() {
    assertThat(Backend.of(machine("NVIDIA L4", 8, 9)).devices()).hasSize(1);
  }

  private static Properties machine(String card, int major, int minor) {
    Properties facts = new Properties();
    facts.put(Nd4jEnvironment.BACKEND_KEY, "CUDA");
    facts.put(
        Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY,
        List.of(
            Map.<String, Object>of(
                Nd4jEnvironment.CUDA_DEVICE_NAME_KEY, card,
                Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY, major,
                Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY, minor,
                Nd4jEnvironment.CUDA_TOTAL_MEMORY_KEY, 42_000_000_000L)));
    return facts;
  }
}
