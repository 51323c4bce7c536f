package org.lensdl4j.model.base;

import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keeps each native operation on the thread that asks for it while several threads work at once:
 * two operations, each on one core, finish sooner than one after the other on two cores, because
 * most are too small to be split.
 *
 * <p>The setting applies to the whole process, so the first user changes it and the last one
 * restores it.
 */
public final class NativeThreads implements AutoCloseable {
  private static int users;
  private static int blasBefore;
  private static int threadsBefore;
  private static int masterBefore;
  private boolean closed;

  private NativeThreads() {}

  /** One thread per operation until this is closed. */
  public static NativeThreads single() {
    synchronized (NativeThreads.class) {
      if (users++ == 0) {
        Blas blas = Nd4j.factory().blas();
        Environment environment = Nd4j.getEnvironment();
        blasBefore = blas.getMaxThreads();
        threadsBefore = environment.maxThreads();
        masterBefore = environment.maxMasterThreads();
        blas.setMaxThreads(1);
        // Either alone leaves some operations on all cores.
        environment.setMaxThreads(1);
        environment.setMaxMasterThreads(1);
      }
    }
    return new NativeThreads();
  }

  @Override
  public void close() {
    synchronized (NativeThreads.class) {
      if (!closed && --users == 0) {
        Nd4j.factory().blas().setMaxThreads(blasBefore);
        Nd4j.getEnvironment().setMaxThreads(threadsBefore);
        Nd4j.getEnvironment().setMaxMasterThreads(masterBefore);
      }
      closed = true;
    }
  }
}
