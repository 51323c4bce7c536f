package org.lensdl4j.model.base;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Protects native memory: admits one call at a time, and none after closing. Without it, two
 * threads that share buffers get wrong numbers, and memory that is used after it was freed ends the
 * virtual machine.
 *
 * <pre>{@code
 * try (Guard.Use ignored = guard.enter()) { ... }
 * }</pre>
 */
public final class Guard {
  private final String what;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean closed;

  /**
   * A guard.
   *
   * @param what it protects, as messages name it: {@code this generator}
   */
  public Guard(String what) {
    this.what = what;
  }

  /** A call that is under way. */
  public interface Use extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Begins a call.
   *
   * @throws IllegalStateException if another call is under way, or after closing
   */
  public Use enter() {
    boolean free = !lock.isHeldByCurrentThread() && lock.tryLock();
    if (!free) {
      throw new IllegalStateException(
          what + " is in use: it takes one call at a time; give each thread one of its own");
    }
    if (closed) {
      lock.unlock();
      requireOpen();
    }
    return lock::unlock;
  }

  /**
   * For calls that several threads may make at once.
   *
   * @throws IllegalStateException after closing
   */
  public void requireOpen() {
    if (closed) {
      throw new IllegalStateException(what + " has been closed");
    }
  }

  /**
   * Frees what it protects, once, after any call that another thread has under way.
   *
   * @throws IllegalStateException if called from within a call
   */
  public void close(Runnable free) {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException(what + " cannot be closed from within one of its own calls");
    }
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        free.run();
      }
    } finally {
      lock.unlock();
    }
  }
}
