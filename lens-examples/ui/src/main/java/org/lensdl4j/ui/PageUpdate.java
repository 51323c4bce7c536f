package org.lensdl4j.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.core.storage.Persistable;

/** Something that a page shows, in a storage of Deeplearning4j's UI, as JSON. */
final class PageUpdate implements Persistable {
  private static final long serialVersionUID = 1L;

  private final String session;
  private final String type;
  private final String worker;
  private final long time;
  private String json;

  /**
   * An update.
   *
   * @param type which page it is for
   * @param worker what of the page
   * @param time milliseconds since 1970; a storage keeps one update of a worker's millisecond
   */
  PageUpdate(String session, String type, String worker, long time, String json) {
    this.session = session;
    this.type = type;
    this.worker = worker;
    this.time = time;
    this.json = json;
  }

  String json() {
    return json;
  }

  @Override
  public String getSessionID() {
    return session;
  }

  @Override
  public String getTypeID() {
    return type;
  }

  @Override
  public String getWorkerID() {
    return worker;
  }

  @Override
  public long getTimeStamp() {
    return time;
  }

  @Override
  public int encodingLengthBytes() {
    return encode().length;
  }

  @Override
  public byte[] encode() {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void encode(ByteBuffer buffer) {
    buffer.put(encode());
  }

  @Override
  public void encode(OutputStream out) throws IOException {
    out.write(encode());
  }

  @Override
  public void decode(byte[] bytes) {
    json = new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void decode(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    decode(bytes);
  }

  @Override
  public void decode(InputStream in) throws IOException {
    decode(in.readAllBytes());
  }
}
