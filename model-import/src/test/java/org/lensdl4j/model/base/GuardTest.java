package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GuardTest {
  private final Guard guard = new Guard("this thing");
  private final AtomicInteger freed = new AtomicInteger();

  @Test
  void callsFollowEachOther() {
    for (int i = 0; i < 3; i++) {
      try (Guard.Use ignored = guard.enter()) {
        guard.requireOpen();
      }
    }
  }

  @Test
  void neitherAnotherThreadNorTheSameComesInDuringACall() throws Exception {
    try (Guard.Use ignored = guard.enter()) {
      inUse();
      CompletableFuture.runAsync(this::inUse).get(10, TimeUnit.SECONDS);
      assertThatThrownBy(() -> guard.close(freed::incrementAndGet))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this thing cannot be closed from within one of its own calls");
    }
    assertThat(freed).hasValue(0);
  }

  private void inUse() {
    assertThatThrownBy(guard::enter)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("this thing is in use");
  }

  @Test
  void closingWaitsForTheCallThatIsUnderWay() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    AtomicBoolean left = new AtomicBoolean();
    CompletableFuture<Void> call =
        CompletableFuture.runAsync(
            () -> {
              try (Guard.Use ignored = guard.enter()) {
                entered.countDown();
                Thread.sleep(50);
                left.set(true);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    entered.await();
    guard.close(() -> freed.addAndGet(left.get() ? 1 : 100));
    assertThat(freed).hasValue(1);
    call.get(10, TimeUnit.SECONDS);
  }

  @Test
  void freesOnceAndLetsNobodyInAfterwards() {
    guard.close(freed::incrementAndGet);
    guard.close(freed::incrementAndGet);
    assertThat(freed).hasValue(1);
    assertThatThrownBy(guard::enter).hasMessage("this thing has been closed");
    assertThatThrownBy(guard::requireOpen).hasMessage("this thing has been closed");
    assertThatThrownBy(guard::enter).hasMessage("this thing has been closed");
  }
}
