package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Threads that share one piece of work after another; the caller is one of them. */
final class Crew implements AutoCloseable {
  /** A part of the work, by the number of who does it. */
  interface Part {
    void work(int worker);
  }

  private final int size;
  private final ExecutorService others;

  Crew(int size) {
    this.size = size;
    others = size > 1 ? Tasks.threads(size - 1, "lens-decoder") : null;
  }

  int size() {
    return size;
  }

  /** Lets every worker do its part; returns when all are done. */
  void run(Part part) {
    List<Future<?>> running = new ArrayList<>(size - 1);
    for (int i = 1; i < size; i++) {
      int worker = i;
      running.add(others.submit(() -> part.work(worker)));
    }
    try {
      part.work(0);
    } finally {
      running.forEach(Tasks::settle);
    }
    running.forEach(Tasks::get);
  }

  @Override
  public void close() {
    if (others != null) {
      others.shutdown();
    }
  }
}
