package org.lensdl4j.model.trunk;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Waiting for work on other threads. */
final class Tasks {
  private Tasks() {}

  /** Daemon threads, which do not keep the program running. */
  static ExecutorService threads(int count, String name) {
    return Executors.newFixedThreadPool(
        count,
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** The result, or the exception that the work threw. */
  static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Waits until work is over, failed or not: its arrays may be closed next. */
  static void settle(Future<?> future) {
    boolean interrupted = false;
    boolean over = false;
    while (!over) {
      try {
        future.get();
        over = true;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        over = true; // thrown by get
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
