package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.lensdl4j.model.base.NativeThreads;

/**
 * Works on several micro-batches of a step at once, each lane with a graph of its own over the same
 * weights. What a micro-batch yields is taken in the order of the micro-batches, so that the result
 * has the same bits with any number of lanes.
 */
final class Lanes<G extends AutoCloseable> implements AutoCloseable {
  /**
   * One micro-batch: the work that can be done at once with others, then what has to wait for its
   * turn.
   */
  @FunctionalInterface
  public interface Work<G> {
    /** Computes one micro-batch; what it returns runs when it is that micro-batch's turn. */
    Runnable compute(int micro, G graph);
  }

  private final List<G> graphs;
  private final ExecutorService pool;

  /**
   * As many lanes as graphs.
   *
   * @param graphs over the same weights; closed together with the lanes
   */
  public Lanes(List<G> graphs) {
    this.graphs = graphs;
    pool =
        Executors.newFixedThreadPool(
            graphs.size(),
            work -> {
              Thread thread = new Thread(work, "lens-training");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Does all micro-batches of a step.
   *
   * @throws RuntimeException of the first micro-batch that fails; none after it takes its turn
   */
  public void run(int micros, Work<G> work) {
    Turns turns = new Turns();
    List<Future<?>> running = new ArrayList<>();
    try (NativeThreads single = graphs.size() > 1 ? NativeThreads.single() : null) {
      for (int lane = 0; lane < Math.min(graphs.size(), micros); lane++) {
        int first = lane;
        running.add(pool.submit(() -> lane(first, micros, work, turns)));
      }
      settle(running, turns);
    }
    turns.rethrow();
  }

  private void lane(int first, int micros, Work<G> work, Turns turns) {
    for (int micro = first; micro < micros; micro += graphs.size()) {
      try {
        Runnable taking = work.compute(micro, graphs.get(first));
        if (!turns.await(micro)) {
          return;
        }
        taking.run();
        turns.next();
      } catch (RuntimeException | Error e) {
        turns.fail(micro, e);
        return;
      }
    }
  }

  /** Waits for all lanes, whatever becomes of them: their memory is used again in the next step. */
  private static void settle(List<Future<?>> running, Turns turns) {
    boolean interrupted = false;
    for (Future<?> lane : running) {
      while (true) {
        try {
          lane.get();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          turns.fail(-1, e.getCause());
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    pool.shutdown();
    RuntimeException failure = null;
    for (G graph : graphs) {
      try {
        graph.close();
      } catch (Exception e) {
        RuntimeException now =
            e instanceof RuntimeException r ? r : new IllegalStateException("closing a graph", e);
        if (failure == null) {
          failure = now;
        } else {
          failure.addSuppressed(now);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Whose turn it is. */
  private static final class Turns {
    private int turn;
    private int failedAt = Integer.MAX_VALUE;
    private Throwable failure;

    synchronized boolean await(int micro) {
      while (turn != micro && failedAt > micro) {
        try {
          wait();
        } catch (InterruptedException e) {
          return false;
        }
      }
      return failedAt > micro;
    }

    synchronized void next() {
      turn++;
      notifyAll();
    }

    synchronized void fail(int micro, Throwable cause) {
      if (micro < failedAt) {
        failedAt = micro;
        failure = cause;
      }
      notifyAll();
    }

    void rethrow() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      if (failure != null) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
