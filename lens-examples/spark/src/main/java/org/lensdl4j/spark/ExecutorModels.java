package org.lensdl4j.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.model.TransformerModel;

/**
 * The models that this JVM has open for tasks: each is opened, and its hash checked, once for all
 * tasks that an executor runs, and closed when the JVM ends. Static, because an executor offers
 * tasks no other place that outlives them.
 */
final class ExecutorModels {
  private static final Map<ModelRef, Open> OPEN = new HashMap<>();
  private static boolean hooked;
  private static boolean ending;

  private ExecutorModels() {}

  private static final class Open {
    private final TransformerModel model;
    private int users;

    Open(TransformerModel model) {
      this.model = model;
    }
  }

  /** A task's use of a model; the model stays open when the task ends. */
  static final class Lease implements AutoCloseable {
    private final Open open;
    private boolean closed;

    private Lease(Open open) {
      this.open = open;
    }

    TransformerModel model() {
      return open.model;
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
   * Opens the model unless it is open.
   *
   * @throws LensException naming this host if there is no such model, or another one
   */
  static Lease lease(ModelRef ref) {
    synchronized (OPEN) {
      if (ending) {
        throw new IllegalStateException(Hosts.here() + " is shutting down");
      }
      Open open = OPEN.get(ref);
      if (open == null) {
        open = new Open(open(ref));
        OPEN.put(ref, open);
        if (!hooked) {
          hooked = true;
          Runtime.getRuntime().addShutdownHook(new Thread(ExecutorModels::end, "lens-models"));
        }
      }
      open.users++;
      return new Lease(open);
    }
  }

  /** How many models are open. */
  static int count() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  private static TransformerModel open(ModelRef ref) {
    Path path = Path.of(ref.path());
    if (!Files.exists(path)) {
      throw new LensException(
          "%s: there is no model %s; every executor must see it under this path"
              .formatted(Hosts.here(), path));
    }
    TransformerModel model = TransformerModel.open(path);
    try {
      if (ref.hashes() != null) {
        model.rememberHash(Hosts.own(Path.of(ref.hashes())));
      }
      String found = model.hash();
      if (!found.equals(ref.hash())) {
        throw new LensException(
            "%s: model %s has hash %s, the driver's has %s; expected the same weights everywhere"
                .formatted(Hosts.here(), path, found, ref.hash()));
      }
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Memory that a task still reads is left to the system. */
  private static void end() {
    synchronized (OPEN) {
      ending = true;
      OPEN.values().stream().filter(o -> o.users == 0).forEach(o -> o.model.close());
      OPEN.clear();
    }
  }
}
