package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Option;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What help says of defaults, over all options of all commands. */
class HelpDefaultsTest {
  private static final Pattern DEFAULT = Pattern.compile("Default: (.*?)\\.?$", Pattern.DOTALL);

  private record Flag(String command, OptionSpec spec) {
    String help() {
      return String.join(" ", spec.description());
    }

    /** The default as help says it; null if it says none. */
    String told() {
      Matcher found = DEFAULT.matcher(help());
      return found.find() ? found.group(1) : null;
    }

    boolean isOfTheTable() {
      return LensConfig.options().all().stream()
          .anyMatch(o -> help().startsWith(ConfigFlags.help(o)));
    }

    @Override
    public String toString() {
      return command + " " + spec.longestName();
    }
  }

  private static List<Flag> flags() {
    List<Flag> out = new ArrayList<>();
    add(LensCommand.commandLine(System.out, System.err), out);
    return out;
  }

  private static void add(CommandLine command, List<Flag> out) {
    String name = command.getCommandSpec().qualifiedName();
    command.getCommandSpec().options().forEach(o -> out.add(new Flag(name, o)));
    command.getSubcommands().values().forEach(c -> add(c, out));
  }

  @Test
  void everyOptionOfTheTableIsInTheHelpWithItsRealDefault() {
    Map<String, Object> real = LensConfig.builder().languages("en", "zh").build().values();
    Set<String> seen = new LinkedHashSet<>();
    List<Flag> flags = flags();
    for (Option option : LensConfig.options().all()) {
      String told = option.shown(real.get(option.name())).replaceFirst("\\.$", "");
      for (Flag flag : flags) {
        if (flag.help().startsWith(ConfigFlags.help(option)) && flag.spec.defaultValue() == null) {
          assertThat(ConfigFlags.names(option.name())).contains(flag.spec.names());
          if (option.type() != Map.class) {
            assertThat(flag.told()).as(flag.toString()).isEqualTo(told);
          }
          seen.add(option.name());
        }
      }
    }
    assertThat(seen).hasSize(42).doesNotContain("languages");
  }

  /** A number in a help text is the option's, and an option's number is in its help text. */
  @Test
  void everyOtherDefaultIsReadFromTheOption() {
    List<Flag> flags = flags();
    assertThat(flags).hasSizeGreaterThan(150);
    for (Flag flag : flags) {
      Object real =
          flag.spec.defaultValue() == null ? initial(flag.spec) : flag.spec.defaultValue();
      if (real != null) {
        assertThat(flag.told()).as(flag.toString()).isNotNull();
      }
      if (flag.told() != null && !flag.told().contains("${DEFAULT-VALUE}")) {
        assertThat(real == null && !flag.isOfTheTable() ? flag.told() : "")
            .as(flag.toString())
            .doesNotContainPattern("^[0-9]");
        if (real != null) {
          assertThat(flag.told()).as(flag.toString()).isEqualTo(String.valueOf(real));
        }
      }
    }
  }

  /** What is there before anything is parsed; null for what is off, empty or 0. */
  private static Object initial(OptionSpec spec) {
    Object value = spec.initialValue();
    boolean none =
        value == null
            || value.equals(false)
            || value instanceof Collection<?> some && some.isEmpty()
            || value instanceof Map<?, ?> map && map.isEmpty()
            || value instanceof Number n && n.doubleValue() == 0;
    return none ? null : value;
  }

  @Test
  void helpHasNoNameThatOnlyJsonHas() {
    for (Flag flag : flags()) {
      assertThat(flag.help()).as(flag.toString()).doesNotContainPattern("\\{\\w+}|null");
    }
  }
}
