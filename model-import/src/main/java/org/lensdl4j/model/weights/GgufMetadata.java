package org.lensdl4j.model.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * The key/value pairs of a GGUF file. Whole numbers of every width are {@link Long}, floating-point
 * ones {@link Double}, text is {@link String}; arrays are {@code long[]}, {@code double[]}, {@code
 * boolean[]} or {@link List}.
 */
public final class GgufMetadata {
  private final String source;
  private final Map<String, Object> values;

  GgufMetadata(String source, Map<String, Object> values) {
    this.source = source;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** How messages name the file. */
  public String source() {
    return source;
  }

  /** All keys in the order of the file. */
  public Set<String> keys() {
    return values.keySet();
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** All pairs, in the types that the class comment lists; arrays must not be written to. */
  public Map<String, Object> asMap() {
    return values;
  }

  /** A text. */
  public Optional<String> string(String key) {
    return get(key, String.class, "text");
  }

  /** A whole number. */
  public Optional<Long> integer(String key) {
    return get(key, Long.class, "a whole number");
  }

  /** A number of either kind. */
  public Optional<Double> number(String key) {
    return get(key, Number.class, "a number").map(Number::doubleValue);
  }

  /** A truth value. */
  public Optional<Boolean> bool(String key) {
    return get(key, Boolean.class, "true or false");
  }

  /** A list of texts. */
  public Optional<List<String>> strings(String key) {
    return get(key, List.class, "a list of texts")
        .map(
            list -> {
              for (Object item : list) {
                if (!(item instanceof String)) {
                  throw new ModelFormatException(source + ": " + key + " is not a list of texts");
                }
              }
              @SuppressWarnings("unchecked")
              List<String> texts = (List<String>) list;
              return texts;
            });
  }

  /** A list of whole numbers; the array is the caller's. */
  public Optional<long[]> integers(String key) {
    return get(key, long[].class, "a list of whole numbers").map(long[]::clone);
  }

  /** A list of floating-point numbers; the array is the caller's. */
  public Optional<double[]> numbers(String key) {
    return get(key, double[].class, "a list of numbers").map(double[]::clone);
  }

  private <T> Optional<T> get(String key, Class<T> type, String what) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new ModelFormatException(
          source
              + ": "
              + key
              + " should be "
              + what
              + " but is a "
              + value.getClass().getSimpleName());
    }
    return Optional.of(type.cast(value));
  }
}
