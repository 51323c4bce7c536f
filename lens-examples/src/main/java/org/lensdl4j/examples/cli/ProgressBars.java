package org.lensdl4j.examples.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.lensdl4j.model.base.Backend;
import org.lensdl4j.model.base.Progress;

/**
 * Shows progress with the time left: a bar on a terminal, a few plain lines elsewhere, and nothing
 * for what is done within a second or two.
 */
public final class ProgressBars implements Progress, AutoCloseable {
  private static final long NANOS = 1_000_000_000L;
  private static final long SHOW_AFTER = NANOS;
  private static final long LINE_EVERY = 20 * NANOS;
  private static final long WORTH_A_LINE = 2 * NANOS;

  private final PrintStream err;
  private final boolean terminal;
  private final LongSupplier clock;
  private final boolean silent = Boolean.getBoolean("lens.silent");
  private String task = "";
  private String first = "";
  private long started;
  private long lastLine;
  private ProgressBar bar;

  /**
   * Bars on a stream.
   *
   * @param terminal whether lines can be overwritten
   */
  ProgressBars(PrintStream err, boolean terminal) {
    this(err, terminal, System::nanoTime);
  }

  ProgressBars(PrintStream err, boolean terminal, LongSupplier clock) {
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
  }

  /** Bars on standard error; the launcher knows whether it is a terminal. */
  public static ProgressBars onStandardError() {
    return new ProgressBars(System.err, Boolean.getBoolean("lens.terminal"));
  }

  /**
   * Bars on standard error for work on tensors, which first say what computes.
   *
   * @throws org.lensdl4j.model.base.BackendException if nothing here can compute
   */
  static ProgressBars computing() {
    return onStandardError().first(line(Backend.start()));
  }

  /** What the command line says of the machine. */
  static String line(Backend backend) {
    return "computing on " + backend;
  }

  /** Says something once, with the first sign of work that takes long. */
  ProgressBars first(String line) {
    first = line;
    return this;
  }

  private void sayFirst() {
    if (!first.isEmpty()) {
      err.println(first);
      first = "";
    }
  }

  @Override
  public synchronized void update(String name, long done, long total) {
    long now = clock.getAsLong();
    if (!name.equals(task)) {
      closeBar();
      task = name;
      started = now;
      lastLine = now;
    }
    if (silent) {
      return;
    }
    if (done >= total) {
      finish(now - started, total);
    } else if (terminal) {
      step(done, total, now - started);
    } else if (now - lastLine >= LINE_EVERY) {
      lastLine = now;
      sayFirst();
      err.println(line(done, total, now - started));
    }
  }

  private void step(long done, long total, long elapsed) {
    if (bar == null) {
      if (elapsed < SHOW_AFTER) {
        return;
      }
      sayFirst();
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUpdateIntervalMillis(300)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(err))
              .startsFrom(done, java.time.Duration.ofNanos(elapsed))
              .build();
    }
    bar.stepTo(done);
  }

  private String line(long done, long total, long elapsed) {
    long percent = total == 0 ? 100 : 100 * done / total;
    String left = done == 0 ? "?" : seconds(elapsed * (total - done) / Math.max(1, done));
    return String.format(
        Locale.ROOT, "%s: %d %% after %s, %s left", task, percent, seconds(elapsed), left);
  }

  private void finish(long elapsed, long total) {
    if (bar != null) {
      bar.stepTo(total);
    }
    closeBar();
    if (!terminal && elapsed >= WORTH_A_LINE) {
      sayFirst();
      err.println(String.format(Locale.ROOT, "%s: done in %s", task, seconds(elapsed)));
    }
    task = "";
  }

  private void closeBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /** A duration as {@code 42 s} or {@code 3 min 05 s}. */
  static String seconds(long nanos) {
    long s = (nanos + NANOS / 2) / NANOS;
    return s < 60 ? s + " s" : String.format(Locale.ROOT, "%d min %02d s", s / 60, s % 60);
  }

  @Override
  public synchronized void close() {
    closeBar();
  }
}
