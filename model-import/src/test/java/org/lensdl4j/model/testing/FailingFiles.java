package org.lensdl4j.model.testing;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The disk of a test: folders of the real one whose changes are counted, and of which one fails. A
 * change is what makes, opens for writing, writes, flushes, renames, deletes or gives permissions;
 * reading never fails.
 *
 * <p>A write that fails comes to the end of the disk, as system calls do: it writes half of its
 * bytes and says so, and the next one fails.
 */
public final class FailingFiles {
  /** What a channel says of a full disk: no name of a file. */
  static final String REASON = "No space left on device";

  /** What happens from the chosen change on. */
  public enum Mode {
    /** That change fails and later ones do not: room was made, or a signal came. */
    ONCE,
    /**
     * That change fails and all after it, so nothing is cleaned up: the disk or the process died.
     */
    FROM_THEN_ON
  }

  private final FailingProvider provider = new FailingProvider(this);
  private final Mode mode;
  private final int failing;
  private int changes;

  /**
   * A disk that fails.
   *
   * @param failing which change, from 1; 0 for none
   */
  public FailingFiles(Mode mode, int failing) {
    this.mode = mode;
    this.failing = failing;
  }

  /** A file or folder of the real disk, seen through this one. */
  public Path of(Path real) {
    return provider.system().wrap(real.toAbsolutePath());
  }

  /** Whether a change has failed. */
  public synchronized boolean hasFailed() {
    return failing > 0 && changes >= failing;
  }

  /** Counts a change, which may be the one that fails. */
  void change() throws IOException {
    if (countsAsFailure()) {
      throw new IOException(REASON);
    }
  }

  /** Counts a change; true if it is to fail. */
  synchronized boolean countsAsFailure() {
    changes++;
    return failing > 0 && (mode == Mode.ONCE ? changes == failing : changes >= failing);
  }
}
