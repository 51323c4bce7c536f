package org.lensdl4j.model.trunk;

/** Counts the work that several threads do. */
final class Progress {
  private final ProgressListener listener;
  private final long total;
  private long done;

  Progress(ProgressListener listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  synchronized void add(long units) {
    done += units;
    listener.progress(done, total);
  }
}
