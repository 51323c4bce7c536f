package org.lensdl4j.model.trunk;

import org.lensdl4j.model.base.Progress;

/** Counts the work of several threads, in tokens taken through a layer. */
final class PassProgress {
  private final Progress listener;
  private final String task;
  private final long total;
  private long done;

  PassProgress(Progress listener, String task, long total) {
    this.listener = listener;
    this.task = task;
    this.total = total;
  }

  synchronized void add(long units) {
    done += units;
    listener.update(task, done, total);
  }
}
