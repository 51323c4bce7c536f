package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** The whole program at the top of docs/plugin.md. */
class OwnGraphTest {
  @Test
  void itsLossFalls() {
    Nd4j.getRandom().setSeed(5);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    OwnGraph.run(new PrintStream(said, true, StandardCharsets.UTF_8));
    String[] lines = said.toString(StandardCharsets.UTF_8).strip().split("\\R");
    assertThat(lines).hasSize(2);
    assertThat(value(lines[1])).isLessThan(0.8 * value(lines[0]));
  }

  private static double value(String line) {
    return Double.parseDouble(line.replaceAll(".* ", ""));
  }
}
