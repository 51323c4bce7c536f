package org.lensdl4j.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The bytes before a safetensors file's data, see {@link SafetensorsFile}. */
final class SafetensorsHead {
  private final ObjectNode root = new ObjectMapper().createObjectNode();
  private long at;

  SafetensorsHead(Map<String, String> metadata) {
    if (!metadata.isEmpty()) {
      ObjectNode pairs = root.putObject("__metadata__");
      metadata.forEach(pairs::put);
    }
  }

  /** Appends a tensor, whose data follow those of the last one. */
  void add(String name, String dtype, List<Long> shape, long bytes) {
    ObjectNode node = root.putObject(name);
    node.put("dtype", dtype);
    ArrayNode sizes = node.putArray("shape");
    shape.forEach(sizes::add);
    node.putArray("data_offsets").add(at).add(at + bytes);
    at += bytes;
  }

  ByteBuffer bytes() throws JsonProcessingException {
    byte[] text = new ObjectMapper().writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    // Spaces fill the header so that the data begins at a multiple of eight, as others do.
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer out = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(padded).put(text);
    while (out.hasRemaining()) {
      out.put((byte) ' ');
    }
    return out.flip();
  }
}
