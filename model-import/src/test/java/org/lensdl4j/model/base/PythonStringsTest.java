package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class PythonStringsTest {
  /** All characters of which Python's {@code str.isspace} is true. */
  private static final String SPACES =
      "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004"
          + "\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

  @Test
  void exactlyPythonsSpacesCount() {
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      assertThat(PythonStrings.isSpace((char) c)).as("U+%04X", c).isEqualTo(SPACES.indexOf(c) >= 0);
    }
  }

  @Test
  void stripsBothEndsAndNothingElse() {
    Seeds.forAll(
        100,
        random -> {
          StringBuilder text = new StringBuilder();
          for (int i = 0; i < random.nextInt(10); i++) {
            text.append(
                random.nextBoolean()
                    ? SPACES.charAt(random.nextInt(SPACES.length()))
                    : "x\u200b".charAt(random.nextInt(2)));
          }
          String whole = text.toString();
          String left = PythonStrings.lstrip(whole);
          String right = PythonStrings.rstrip(whole);
          assertThat(whole).endsWith(left).startsWith(right);
          assertThat(left.isEmpty() || !PythonStrings.isSpace(left.charAt(0))).isTrue();
          assertThat(right.isEmpty() || !PythonStrings.isSpace(right.charAt(right.length() - 1)))
              .isTrue();
          assertThat(PythonStrings.strip(whole))
              .isEqualTo(PythonStrings.rstrip(left))
              .isEqualTo(PythonStrings.lstrip(right));
        });
  }
}
