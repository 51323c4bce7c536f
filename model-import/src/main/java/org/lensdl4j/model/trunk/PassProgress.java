package org.lensdl4j.model.trunk;

import org.lensdl4j.model.base.Progress;

/** Counts the work that several threads do, in tokens through a layer. */
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
