package org.lensdl4j.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;

/** The models that this JVM has open for tasks. */
final class ExecutorModels {
  private ExecutorModels() {}

  /**
   * Opens the model unless it is open.
   *
   * @throws LensException naming this host if there is no such model, or another one
   */
  static ExecutorCache.Lease<TransformerModel> lease(ModelRef ref) {
    return ExecutorCache.lease(ref, TransformerModel.class, () -> open(ref));
  }

  private static TransformerModel open(ModelRef ref) {
    Path path = Path.of(ref.path());
    if (!Files.exists(path)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: there is no model %s; every executor must see it under this path",
              Hosts.here(),
              path));
    }
    TransformerModel model = TransformerModel.open(path);
    try {
      if (ref.hashes() != null) {
        model.rememberHash(Hosts.own(Path.of(ref.hashes())));
      }
      String found = model.hash();
      if (!found.equals(ref.hash())) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: model %s has hash %s, the driver's has %s; expected the same weights everywhere",
                Hosts.here(),
                path,
                found,
                ref.hash()));
      }
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }
}
