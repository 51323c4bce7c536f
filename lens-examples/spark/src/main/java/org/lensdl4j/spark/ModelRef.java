package org.lensdl4j.spark;

import java.io.Serializable;
import java.nio.file.Path;
import org.lensdl4j.model.TransformerModel;

/**
 * A model that every machine opens for itself.
 *
 * @param path of its folder or file, absolute, the same on all machines
 * @param hash of the driver's weights, which all others must have
 * @param hashes folder that remembers hashes of weights, or null: reading 16 GB for a hash takes as
 *     long as reading them for the work
 */
record ModelRef(String path, String hash, String hashes) implements Serializable {
  /**
   * The driver's model.
   *
   * @param hashes may be null
   */
  static ModelRef of(TransformerModel model, Path hashes) {
    return new ModelRef(
        model.source().toAbsolutePath().normalize().toString(),
        model.hash(),
        hashes == null ? null : hashes.toAbsolutePath().toString());
  }
}
