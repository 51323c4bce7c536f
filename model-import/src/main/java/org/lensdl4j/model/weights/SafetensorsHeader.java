package org.lensdl4j.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.ModelFormatException;

/** The checked header of a safetensors file. */
record SafetensorsHeader(
    Map<String, SafetensorsFile.Entry> entries, Map<String, String> metadata, long dataOffset) {
  /** As in the reference library: no header is longer. */
  private static final long MAX_HEADER = 100_000_000;

  private static final int MAX_RANK = 16;

  /** Bytes of one element of every type of the format. */
  private static final Map<String, Integer> ELEMENT_BITS =
      Map.ofEntries(
          Map.entry("F64", 64),
          Map.entry("I64", 64),
          Map.entry("U64", 64),
          Map.entry("F32", 32),
          Map.entry("I32", 32),
          Map.entry("U32", 32),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I16", 16),
          Map.entry("U16", 16),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("I8", 8),
          Map.entry("U8", 8),
          Map.entry("BOOL", 8),
          Map.entry("C64", 64),
          Map.entry("F8_E8M0", 8),
          Map.entry("F8_E4M3FNUZ", 8),
          Map.entry("F8_E5M2FNUZ", 8),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("F4", 4));

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static DType floatType(String name) {
    return switch (name) {
      case "F64" -> DType.F64;
      case "F32" -> DType.F32;
      case "F16" -> DType.F16;
      case "BF16" -> DType.BF16;
      default -> null;
    };
  }

  static SafetensorsHeader read(RandomAccess file) {
    if (file.size() < 10) {
      throw bad(
          file,
          "is too short ("
              + file.size()
              + " bytes) to be a safetensors file"
              + ForeignFiles.hint(file.path()));
    }
    long length;
    try (RandomAccess.Piece piece = file.piece(0, 8)) {
      length = piece.buffer().getLong(0);
    }
    if (length < 2 || length > MAX_HEADER || length > file.size() - 8) {
      throw bad(
          file,
          "says that its header has "
              + Long.toUnsignedString(length)
              + " bytes; the file has "
              + file.size()
              + " and a header at most "
              + MAX_HEADER
              + ": truncated, or not a safetensors file"
              + ForeignFiles.hint(file.path()));
    }
    byte[] bytes = new byte[(int) length];
    try (RandomAccess.Piece piece = file.piece(8, bytes.length)) {
      piece.buffer().get(bytes);
    }
    JsonNode root;
    try {
      root = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          file.path() + ": the header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (root == null || !root.isObject()) {
      throw bad(file, "has a header that is not a JSON object");
    }
    long dataSize = file.size() - 8 - length;
    Map<String, String> metadata = new LinkedHashMap<>();
    List<SafetensorsFile.Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals("__metadata__")) {
        for (Map.Entry<String, JsonNode> pair : field.getValue().properties()) {
          if (!pair.getValue().isTextual()) {
            throw bad(file, "has a __metadata__ value that is not text: " + pair.getKey());
          }
          metadata.put(pair.getKey(), pair.getValue().textValue());
        }
      } else {
        entries.add(entry(file, field.getKey(), field.getValue(), dataSize));
      }
    }
    return new SafetensorsHeader(
        inOrder(file, entries, dataSize), Collections.unmodifiableMap(metadata), 8 + length);
  }

  private static SafetensorsFile.Entry entry(
      RandomAccess file, String name, JsonNode node, long dataSize) {
    String dtype = node.path("dtype").asText("");
    Integer elementBits = ELEMENT_BITS.get(dtype);
    if (elementBits == null) {
      throw bad(file, "has tensor " + name + " of unknown dtype '" + dtype + "'");
    }
    JsonNode dims = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!dims.isArray() || dims.size() > MAX_RANK || !offsets.isArray() || offsets.size() != 2) {
      throw bad(file, "has tensor " + name + " without a valid shape and data_offsets");
    }
    List<Long> shape = new ArrayList<>();
    long bits = elementBits;
    for (JsonNode dim : dims) {
      long size = count(file, name, "shape", dim);
      shape.add(size);
      if (size != 0 && bits > Long.MAX_VALUE / size) {
        throw bad(file, "has tensor " + name + " of impossible shape " + dims);
      }
      bits *= size;
    }
    if (bits % 8 != 0) {
      throw bad(
          file,
          String.format(
              Locale.ROOT, "has tensor %s of %s %s, which ends within a byte", name, dtype, dims));
    }
    long bytes = bits / 8;
    long begin = count(file, name, "data_offsets", offsets.get(0));
    long end = count(file, name, "data_offsets", offsets.get(1));
    if (begin > end || end > dataSize) {
      throw bad(
          file,
          "has tensor "
              + name
              + " at bytes "
              + begin
              + ".."
              + end
              + " of "
              + dataSize
              + " bytes of data: truncated or damaged");
    }
    if (end - begin != bytes) {
      throw bad(
          file,
          String.format(
              Locale.ROOT,
              "has tensor %s of %s %s, which takes %d bytes, but gives it %d",
              name,
              dtype,
              dims,
              bytes,
              end - begin));
    }
    return new SafetensorsFile.Entry(name, dtype, List.copyOf(shape), begin, end);
  }

  private static long count(RandomAccess file, String name, String field, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw bad(file, "has tensor " + name + " with " + node + " in its " + field);
    }
    return node.longValue();
  }

  /** Sorts by place and checks that the tensors cover the data without gap or overlap. */
  private static Map<String, SafetensorsFile.Entry> inOrder(
      RandomAccess file, List<SafetensorsFile.Entry> entries, long dataSize) {
    entries.sort(
        Comparator.comparingLong(SafetensorsFile.Entry::begin)
            .thenComparingLong(SafetensorsFile.Entry::end));
    Map<String, SafetensorsFile.Entry> out = new LinkedHashMap<>();
    long at = 0;
    String before = "the start";
    for (SafetensorsFile.Entry e : entries) {
      if (e.begin() != at) {
        throw bad(
            file,
            String.format(
                Locale.ROOT,
                "has tensor %s at byte %d, but %s ends at byte %d: %s",
                e.name(),
                e.begin(),
                before,
                at,
                e.begin() < at ? "they overlap" : "a gap"));
      }
      at = e.end();
      before = e.name();
      out.put(e.name(), e);
    }
    if (at != dataSize) {
      throw bad(file, "has " + (dataSize - at) + " bytes after its last tensor " + before);
    }
    return Collections.unmodifiableMap(out);
  }

  private static ModelFormatException bad(RandomAccess file, String what) {
    return new ModelFormatException(file.path() + " " + what);
  }
}
