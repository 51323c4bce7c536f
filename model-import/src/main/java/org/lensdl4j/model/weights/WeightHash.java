package org.lensdl4j.model.weights;

import java.nio.ByteBuffer;
import org.lensdl4j.model.base.Sha256;

/** SHA-256 over tensors: for each, its description and then its bytes. */
final class WeightHash {
  private final Sha256 digest = new Sha256();

  /** Begins a tensor. */
  WeightHash add(TensorInfo info) {
    return add(info.name() + '\n' + info.dtype() + info.shape() + '\n');
  }

  /** Adds text, for example the hash of something else. */
  WeightHash add(String text) {
    digest.add(text);
    return this;
  }

  /** Adds what remains in the buffer. */
  WeightHash add(ByteBuffer bytes) {
    digest.add(bytes);
    return this;
  }

  /** Ends the hash: 64 hexadecimal digits. */
  String hex() {
    return digest.hex();
  }
}
