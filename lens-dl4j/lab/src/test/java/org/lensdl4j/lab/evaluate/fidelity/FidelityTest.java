package org.lensdl4j.lab.evaluate.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FidelityTest {
  private static LanguageIdentifier lingua;

  @BeforeAll
  static void load() {
    lingua = new LinguaIdentifier(List.of("en", "zh", "sw", "bn"));
  }

  @Test
  void anAnswerInTheLanguagePasses() {
    Fidelity f = Fidelity.of("今天天气很好。\n我们去公园散步吧。", "zh", lingua);

    assertThat(f).isEqualTo(new Fidelity(true, true, true, "zh", List.of()));
  }

  @Test
  void anAnswerInAnotherLanguageDoesNot() {
    Fidelity f = Fidelity.of("The capital of France is Paris, a large city.", "sw", lingua);

    assertThat(f.found()).isEqualTo("en");
    assertThat(f.language() || f.lines() || f.words()).isFalse();
    assertThat(f.wrong()).hasSize(1);
  }

  @Test
  void oneLineInAnotherLanguageIsNamed() {
    Fidelity f =
        Fidelity.of(
            "今天天气很好，阳光明媚，大家都很高兴，孩子们在公园里玩耍。\nLet us go to the park and enjoy the sun.",
            "zh",
            lingua);

    assertThat(f.lines()).isFalse();
    assertThat(f.wrong()).contains("Let us go to the park and enjoy the sun.");
  }

  @Test
  void aStrayWordFailsTheWordsOnly() {
    Fidelity f = Fidelity.of("我觉得这个问题非常 interesting，值得我们讨论。", "zh", lingua);

    assertThat(f.language()).isTrue();
    assertThat(f.lines()).isTrue();
    assertThat(f.words()).isFalse();
    assertThat(f.wrong()).containsExactly("interesting");
  }

  @Test
  void namesCodeAndAddressesAreNoStrayWords() {
    Fidelity f =
        Fidelity.of("请使用 Python 运行 `print(x)`，参见 example.com 的说明，谢谢大家的支持。", "zho_Hans", lingua);

    assertThat(f.words()).as(f.toString()).isTrue();
  }

  @Test
  void nothingIsInNoLanguage() {
    assertThat(Fidelity.of("42 !", "en", lingua).language()).isFalse();
    assertThat(lingua.knows("eng_Latn")).isTrue();
    assertThat(lingua.knows("xx")).isFalse();
    assertThat(lingua.code("jp")).isEqualTo("ja");
    assertThat(lingua.code("swh_Latn")).isEqualTo("sw");
    assertThat(lingua.code("jpn_Jpan")).isEqualTo("ja");
  }
}
