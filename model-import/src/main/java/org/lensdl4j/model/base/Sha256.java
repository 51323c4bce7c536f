package org.lensdl4j.model.base;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, the identity of models, texts, prompts and results. */
public final class Sha256 {
  private final MessageDigest digest;

  /** An empty hash. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Adds text as UTF-8, without its length: where texts end does not matter. */
  public Sha256 add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Adds text with its length in bytes before it, so that no two lists feed the same bytes. */
  public Sha256 addSized(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
    return this;
  }

  /** Adds what remains in the buffer. */
  public Sha256 add(ByteBuffer bytes) {
    digest.update(bytes);
    return this;
  }

  /** Ends the hash: 64 hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The hash of one text, or of several where it matters which ends where. */
  public static String hex(String... parts) {
    Sha256 out = new Sha256();
    for (String part : parts) {
      if (parts.length > 1) {
        out.add(part.getBytes(StandardCharsets.UTF_8).length + ":");
      }
      out.add(part);
    }
    return out.hex();
  }
}
