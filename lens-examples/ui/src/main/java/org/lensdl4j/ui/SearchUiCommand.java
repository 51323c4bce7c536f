package org.lensdl4j.ui;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.lensdl4j.examples.cli.SearchCommand;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.search.LensSearch;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lens search-ui}. */
@Command(
    name = "search-ui",
    description = {
      "Searches as lens search does, with Arbiter's page live in the browser.",
      "The page stays after the search until Enter is pressed, or until standard input ends."
    })
final class SearchUiCommand extends SearchCommand {
  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the page; 0 for any free one. Default: ${DEFAULT-VALUE}.")
  private int port = 9000;

  // Held, or its level would be lost. It warns that training leaves the server little time.
  private final Logger threads = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");

  @Spec private CommandSpec spec;
  private UIServer server;

  @Override
  public Integer call() {
    if (port < 0 || port > 65535) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "option --port: found %d, expected 0 to 65535", port));
    }
    try {
      int code = super.call();
      if (server != null) {
        say("The page stays at %s/arbiter; press Enter to end", server.getAddress());
        waitForEnter();
      }
      return code;
    } finally {
      stop();
    }
  }

  @Override
  protected LensSearch prepared(LensSearch search, Trials trials, SearchConfig wanted) {
    StatsStorage storage = new InMemoryStatsStorage();
    server = start();
    LensSearch out = search.setArbiterListeners(SearchPage.listener(storage));
    server.attach(storage);
    say("Live page: %s/arbiter", server.getAddress());
    return out;
  }

  private UIServer start() {
    threads.setLevel(Level.SEVERE);
    try {
      return VertxUIServer.getInstance(port, false, null);
    } catch (DL4JException e) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the page cannot be served on port %d (--port N takes another one): %s",
              port,
              reason(e)),
          e);
    }
  }

  private static String reason(Throwable e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first.getMessage();
  }

  private void say(String format, Object... values) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf(Locale.ROOT, format + "%n", values);
    err.flush();
  }

  private static void waitForEnter() {
    try {
      int key = System.in.read();
      while (key != '\n' && key >= 0) {
        key = System.in.read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void stop() {
    try {
      UIServer.stopInstance();
    } catch (Exception e) {
      throw new LensException("the page's server does not stop: " + e, e);
    }
  }
}
