package org.lensdl4j.model.trunk;

import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keeps each matrix product on the thread that asks for it while several threads multiply at once.
 * The setting belongs to the whole process, so the first that comes changes it and the last that
 * goes restores it.
 */
final class BlasThreads implements AutoCloseable {
  private static int users;
  private static int before;
  private boolean closed;

  private BlasThreads() {}

  static BlasThreads single() {
    synchronized (BlasThreads.class) {
      if (users++ == 0) {
        Blas blas = Nd4j.factory().blas();
        before = blas.getMaxThreads();
        blas.setMaxThreads(1);
      }
    }
    return new BlasThreads();
  }

  @Override
  public void close() {
    synchronized (BlasThreads.class) {
      if (!closed && --users == 0) {
        Nd4j.factory().blas().setMaxThreads(before);
      }
      closed = true;
    }
  }
}
