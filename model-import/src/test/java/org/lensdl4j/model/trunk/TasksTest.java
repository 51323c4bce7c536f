package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TasksTest {
  private final ExecutorService threads = Tasks.threads(2, "lens-test");

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void resultsAndFailuresComeBackAsTheyWere() {
    assertThat(Tasks.get(threads.submit(() -> Thread.currentThread().isDaemon()))).isTrue();
    IllegalArgumentException failure = new IllegalArgumentException("x");
    assertThatThrownBy(() -> Tasks.get(failed(failure))).isSameAs(failure);
    StackOverflowError error = new StackOverflowError();
    assertThatThrownBy(() -> Tasks.get(failed(error))).isSameAs(error);
    assertThatThrownBy(() -> Tasks.get(failed(new IOException("disk"))))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("disk");
  }

  private static Future<?> failed(Throwable cause) {
    return CompletableFuture.failedFuture(cause);
  }

  @Test
  void anInterruptionIsHeardAndKept() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Tasks.get(new CompletableFuture<>()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Arrays may be closed after settling, so it must wait even when interrupted. */
  @Test
  void settlingWaitsThroughInterruptionAndFailure() {
    CompletableFuture<Void> work = new CompletableFuture<>();
    threads.submit(
        () -> {
          Thread.sleep(50);
          return work.completeExceptionally(new IllegalStateException("failed"));
        });
    Thread.currentThread().interrupt();
    Tasks.settle(work);
    assertThat(work).isDone();
    assertThat(Thread.interrupted()).isTrue();
  }
}
