package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.LensException;

class ShownTextTest {
  @Test
  void controlCharactersOfForeignTextAreWrittenOut() throws IOException {
    for (int c = 0; c < 0x3000; c++) {
      String shown = ShownText.of(String.valueOf((char) c));
      boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
      assertThat(shown.length() > 1)
          .isEqualTo(
              control || "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069".indexOf(c) >= 0);
    }
    StringWriter out = new StringWriter();
    try (ShownText writer = new ShownText(out)) {
      writer.write("a\u001b[31m\tb\n");
      writer.write(0x9b);
    }
    assertThat(out.toString()).isEqualTo("a\\u001b[31m\tb\n\\u009b");
  }

  @Test
  void messagesAreShownSo() {
    assertThat(Failures.oneLine(new LensException("a\u001b]0;x\u0007b\nc")))
        .isEqualTo("a\\u001b]0;x\\u0007b; c");
  }
}
