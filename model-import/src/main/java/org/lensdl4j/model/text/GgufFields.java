package org.lensdl4j.model.text;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.lensdl4j.model.base.ModelFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Typed and checked access to the tokenizer's part of GGUF metadata. */
final class GgufFields {
  private static final Logger LOG = LoggerFactory.getLogger(GgufFields.class);
  private static final long NO_TOKEN = 0xffff_ffffL;

  private final Map<String, ?> metadata;
  private final String source;
  private final String[] tokens;
  private final int[] types;

  GgufFields(Map<String, ?> metadata, String source) {
    this.metadata = metadata;
    this.source = source;
    this.tokens =
        metadata.containsKey("tokenizer.ggml.tokens") ? strings("tokenizer.ggml.tokens") : null;
    this.types = tokens == null ? null : readTypes();
  }

  /** All tokens by id. */
  String[] tokens() {
    if (tokens == null || tokens.length == 0) {
      throw new ModelFormatException(source + ": tokenizer.ggml.tokens is missing or empty");
    }
    return tokens;
  }

  /** The kind of each token; all normal if the file does not say. */
  int[] types() {
    tokens();
    return types;
  }

  /** Scores of all tokens. */
  float[] scores() {
    double[] wide = numbers("tokenizer.ggml.scores");
    if (wide.length != tokens().length) {
      throw bad("tokenizer.ggml.scores", wide.length + " values", tokens.length + " as tokens");
    }
    float[] out = new float[wide.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) wide[i];
    }
    return out;
  }

  String source() {
    return source;
  }

  /**
   * The token whose id a key holds; null if the key is not there or its id is that of no token:
   * files say {@code 0xffffffff} or -1 for none, and llama.cpp does without a token beyond the
   * vocabulary.
   */
  String token(String key) {
    Integer id = tokenId(key);
    return id == null ? null : tokens()[id];
  }

  /** The id of that token, or null. */
  Integer tokenId(String key) {
    Object value = metadata.get(key);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number) || value instanceof Float || value instanceof Double) {
      throw bad(key, value.toString(), "the id of a token");
    }
    long id = ((Number) value).longValue();
    if (id >= 0 && id < tokens().length) {
      return (int) id;
    }
    if (id >= 0 && id != NO_TOKEN) {
      LOG.warn("{}: {} is {}, but there are {} tokens: ignored", source, key, id, tokens.length);
    }
    return null;
  }

  boolean has(String key) {
    return metadata.get(key) != null;
  }

  String string(String key, String otherwise) {
    Object value = metadata.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String text) {
      return text;
    }
    throw bad(key, value.getClass().getSimpleName(), "a string");
  }

  boolean bool(String key, boolean otherwise) {
    Object value = metadata.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw bad(key, value.getClass().getSimpleName(), "a boolean");
  }

  Integer integer(String key) {
    Object value = metadata.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof Number number && number.longValue() == number.intValue()) {
      return number.intValue();
    }
    throw bad(key, value.toString(), "a 32-bit integer");
  }

  String[] strings(String key) {
    Object value = metadata.get(key);
    Object[] items =
        value instanceof List<?> list
            ? list.toArray()
            : value instanceof Object[] array ? array : null;
    if (items == null || !Arrays.stream(items).allMatch(String.class::isInstance)) {
      throw bad(key, value == null ? "nothing" : "another type", "an array of strings");
    }
    return Arrays.copyOf(items, items.length, String[].class);
  }

  private double[] numbers(String key) {
    Object value = metadata.get(key);
    ToDoubleFunction<Object> number =
        item -> {
          if (item instanceof Number n) {
            return n.doubleValue();
          }
          throw bad(key, "another type", "an array of numbers");
        };
    if (value instanceof List<?> list) {
      return list.stream().mapToDouble(number).toArray();
    }
    if (value == null || !value.getClass().isArray()) {
      throw bad(key, value == null ? "nothing" : "another type", "an array of numbers");
    }
    double[] out = new double[Array.getLength(value)];
    for (int i = 0; i < out.length; i++) {
      out[i] = number.applyAsDouble(Array.get(value, i));
    }
    return out;
  }

  private int[] readTypes() {
    int[] out = new int[tokens.length];
    if (!has("tokenizer.ggml.token_type")) {
      Arrays.fill(out, 1);
      return out;
    }
    double[] wide = numbers("tokenizer.ggml.token_type");
    if (wide.length != tokens.length) {
      throw bad("tokenizer.ggml.token_type", wide.length + " values", tokens.length + " as tokens");
    }
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) wide[i];
    }
    return out;
  }

  ModelFormatException bad(String key, String found, String expected) {
    return new ModelFormatException(
        source + ": " + key + ": found " + found + ", expected " + expected);
  }
}
