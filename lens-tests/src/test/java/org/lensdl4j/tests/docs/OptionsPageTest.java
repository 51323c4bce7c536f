package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Option;

/** docs/options.md is the table of options as the code has it. */
class OptionsPageTest {
  @Test
  void pageIsTheTable() throws IOException {
    String table =
        LensConfig.options().all().stream()
            .map(OptionsPageTest::row)
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(Files.readString(MarkdownFiles.ROOT.resolve("docs/options.md"))).contains(table);
  }

  private static String row(Option option) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            option.name(),
            initial(option.initial()),
            range(option),
            option.affects().name().toLowerCase(Locale.ROOT),
            option.help().replaceAll("\\{(\\w+)\\}", "`$1`"));
  }

  private static String initial(Object value) {
    if (value instanceof Collection<?> list) {
      return list.isEmpty()
          ? ""
          : "`" + String.join(",", list.stream().map(String::valueOf).toList()) + "`";
    }
    return value == null || value.toString().equals("{}") || value.toString().isEmpty()
        ? ""
        : "`" + (value instanceof Enum<?> e ? word(e) : value) + "`";
  }

  private static String range(Option option) {
    if (!option.words().isEmpty()) {
      return String.join(", ", option.words());
    }
    if (option.range() != null) {
      return option.range().words();
    }
    return option.type() == Boolean.class ? "true or false" : "";
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
