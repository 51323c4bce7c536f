package org.lensdl4j.model.trunk;

/** Hears how far a long pass has come. */
@FunctionalInterface
public interface ProgressListener {

  /**
   * Called now and then, never by two threads at once.
   *
   * @param done units of work done, from 0 to {@code total}
   * @param total units of the whole pass; a unit is one token through one layer
   */
  void progress(long done, long total);
}
