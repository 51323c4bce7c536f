package org.lensdl4j.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What this JVM has open for tasks, by what it was asked for: opened, and checked, once for all
 * tasks that an executor runs, and closed when the JVM ends. Static, because an executor offers
 * tasks no other place that outlives them.
 */
final class ExecutorCache {
  private static final Map<Object, Open> OPEN = new HashMap<>();
  private static boolean hooked;
  private static boolean ending;

  private ExecutorCache() {}

  private static final class Open {
    private final AutoCloseable value;
    private int users;

    Open(AutoCloseable value) {
      this.value = value;
    }
  }

  /** A task's use of something, which stays open when the task ends. */
  static final class Lease<T> implements AutoCloseable {
    private final Open open;
    private final T value;
    private boolean closed;

    private Lease(Open open, T value) {
      this.open = open;
      this.value = value;
    }

    T get() {
      return value;
    }

    @Override
    public void close() {
      synchronized (OPEN) {
        if (!closed) {
          closed = true;
          open.users--;
        }
      }
    }
  }

  /**
   * What the key stands for.
   *
   * @param key compared by value
   * @param opener opens it the first time; may lease other things
   */
  static <T extends AutoCloseable> Lease<T> lease(Object key, Class<T> type, Supplier<T> opener) {
    synchronized (OPEN) {
      if (ending) {
        throw new IllegalStateException(Hosts.here() + " is shutting down");
      }
      Open open = OPEN.get(key);
      if (open == null) {
        open = new Open(opener.get());
        OPEN.put(key, open);
        if (!hooked) {
          hooked = true;
          Runtime.getRuntime().addShutdownHook(new Thread(ExecutorCache::end, "lens-close"));
        }
      }
      open.users++;
      return new Lease<>(open, type.cast(open.value));
    }
  }

  /** How many things are open. */
  static int count() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  /** Memory that a task still reads is left to the system. */
  private static void end() {
    synchronized (OPEN) {
      ending = true;
      for (Open open : OPEN.values()) {
        if (open.users == 0) {
          try {
            open.value.close();
          } catch (Exception e) {
            // The process ends anyway.
          }
        }
      }
      OPEN.clear();
    }
  }
}
