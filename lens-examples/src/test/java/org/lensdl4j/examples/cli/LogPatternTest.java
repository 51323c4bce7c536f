package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogPatternTest {
  private static String shown(String message) throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LogPatternTest.class.getResource("/logback.xml"));
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> to = (ConsoleAppender<ILoggingEvent>) root.getAppender("ERR");
    LoggingEvent event =
        new LoggingEvent("", context.getLogger("a.B"), Level.WARN, message, null, null);
    byte[] out = to.getEncoder().encode(event);
    context.stop();
    return new String(out, StandardCharsets.UTF_8);
  }

  @Test
  void nothingThatSteersATerminalIsLogged() throws Exception {
    assertThat(shown("key \u001b[31mred\u0007, \u009b2J, \u202eback, line\nnext"))
        .isEqualTo("WARN B: key ?[31mred?, ?2J, ?back, line?next" + System.lineSeparator());
    assertThat(shown("日本語, العربية, é 😀"))
        .isEqualTo("WARN B: 日本語, العربية, é 😀" + System.lineSeparator());
  }
}
