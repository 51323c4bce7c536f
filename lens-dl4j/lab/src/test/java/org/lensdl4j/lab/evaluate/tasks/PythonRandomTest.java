package org.lensdl4j.lab.evaluate.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Values of CPython 3.11. */
class PythonRandomTest {
  private static List<Integer> sample(int population, int k) {
    return new PythonRandom(112).sample(IntStream.range(0, population).boxed().toList(), k);
  }

  @Test
  void drawsAsPythonDoes() {
    assertThat(sample(20, 3)).containsExactly(15, 18, 9);
    assertThat(sample(2000, 7)).containsExactly(985, 1705, 1364, 1187, 1269, 612, 1432);
    assertThat(sample(1500, 1000))
        .startsWith(985, 1364, 1187, 1269, 612, 1432)
        .endsWith(421, 887, 584);
    assertThat(sample(13000, 1000))
        .startsWith(7884, 10913, 9499, 10155, 4896, 11459)
        .endsWith(6907, 10034, 12307)
        .doesNotHaveDuplicates();
  }

  @Test
  void tooFewAreTakenAsTheyAre() {
    assertThat(sample(5, 1000)).containsExactly(0, 1, 2, 3, 4);
  }
}
