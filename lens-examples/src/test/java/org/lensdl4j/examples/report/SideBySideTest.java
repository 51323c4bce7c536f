package org.lensdl4j.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lensdl4j.examples.report.SideBySide.Cell;

class SideBySideTest {
  private static final Cell BEFORE =
      new Cell(
          "before [en, not zh]",
          "The capital of France is Paris, of course, and has been for long.");
  private static final Cell AFTER = new Cell("after [zh]", "法国的首都是巴黎。它位于塞纳河畔，是法国最大的城市。");

  @Test
  void inColumnsThatWideCharactersDoNotBreak() {
    String text = new SideBySide(80).render("法国的首都是什么？", List.of(BEFORE, AFTER));
    assertThat(text)
        .isEqualTo(
            """
            法国的首都是什么？

            before [en, not zh]                      after [zh]
            ---------------------------------------  ---------------------------------------
            The capital of France is Paris, of       法国的首都是巴黎。它位于塞纳河畔，是法
            course, and has been for long.           国最大的城市。

            """);
    assertThat(text.lines()).allMatch(l -> DisplayWidth.of(l) <= 80);
  }

  @Test
  void belowEachOtherWhereColumnsWouldBreakOrBeNarrow() {
    Cell arabic = new Cell("after [ar]", "عاصمة فرنسا هي باريس.");
    assertThat(new SideBySide(80).render("ما هي عاصمة فرنسا؟", List.of(BEFORE, arabic)))
        .isEqualTo(
            """
            ما هي عاصمة فرنسا؟

              before [en, not zh]
                The capital of France is Paris, of course, and has been for long.

              after [ar]
                عاصمة فرنسا هي باريس.

            """);
    String narrow = new SideBySide(40).render("?", List.of(BEFORE, AFTER));
    assertThat(narrow).contains("\n  before [en, not zh]\n    The capital");
    assertThat(narrow.lines()).allMatch(l -> DisplayWidth.of(l) <= 40);
    assertThat(new SideBySide(80).render("?", List.of(BEFORE, AFTER, AFTER)))
        .contains("\n  after [zh]\n");
  }
}
