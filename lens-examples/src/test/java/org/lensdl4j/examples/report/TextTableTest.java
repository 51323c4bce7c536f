package org.lensdl4j.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void alignsNamesLeftAndNumbersRight() {
    String table =
        new TextTable("language", "top 1").row("zh", "0.5").row("sw", "12.25").toString();

    assertThat(table).isEqualTo("language  top 1\nzh          0.5\nsw        12.25\n");
  }

  @Test
  void refusesARowOfAnotherWidth() {
    assertThatThrownBy(() -> new TextTable("a", "b").row("1"))
        .hasMessage("row has 1 cells, expected 2");
  }
}
