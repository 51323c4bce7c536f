package org.lensdl4j.model.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Python's dict: in the order of insertion; 1, 1.0 and true are one key. */
final class Dict {
  private enum Other {
    NONE,
    UNDEFINED
  }

  private record Entry(Object key, Object value) {}

  private final Map<Object, Entry> entries = new LinkedHashMap<>();

  /** Puts a pair; as in Python, a key that is there keeps its first form. */
  void put(Object key, Object value) {
    entries.compute(hashed(key), (k, old) -> new Entry(old == null ? key : old.key, value));
  }

  boolean has(Object key) {
    return entries.containsKey(hashed(key));
  }

  /** The value of a key, or {@code otherwise}. */
  Object get(Object key, Object otherwise) {
    Entry entry = entries.get(hashed(key));
    return entry == null ? otherwise : entry.value;
  }

  int size() {
    return entries.size();
  }

  List<Object> keys() {
    List<Object> out = new ArrayList<>(entries.size());
    entries.values().forEach(e -> out.add(e.key));
    return out;
  }

  List<Object> values() {
    List<Object> out = new ArrayList<>(entries.size());
    entries.values().forEach(e -> out.add(e.value));
    return out;
  }

  /** Pairs of key and value. */
  List<Object> items() {
    List<Object> out = new ArrayList<>(entries.size());
    entries.values().forEach(e -> out.add(Tuple.of(e.key, e.value)));
    return out;
  }

  Dict copy() {
    Dict out = new Dict();
    out.entries.putAll(entries);
    return out;
  }

  /** What stands for a value in a hash table: equal exactly where Python's values are. */
  static Object hashed(Object value) {
    if (value == null) {
      return Other.NONE;
    }
    if (value instanceof Undefined) {
      return Other.UNDEFINED;
    }
    if (value instanceof Markup markup) {
      return markup.text();
    }
    if (value instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    if (value instanceof Double number && !number.isInfinite() && number == Math.rint(number)) {
      return Arithmetic.integer(new BigDecimal(number).toBigInteger());
    }
    if (value instanceof Tuple tuple) {
      List<Object> out = new ArrayList<>(tuple.size());
      for (Object item : tuple) {
        if (item instanceof Tuple) {
          throw TemplateException.refused("a tuple within a tuple as the key of a dict");
        }
        out.add(hashed(item));
      }
      return out;
    }
    if (value instanceof List || value instanceof Dict) {
      throw TemplateException.type("unhashable type: '" + Python.typeName(value) + "'");
    }
    if (value instanceof String
        || value instanceof Long
        || value instanceof BigInteger
        || value instanceof Double) {
      return value;
    }
    throw TemplateException.refused("a " + Python.typeName(value) + " as the key of a dict");
  }
}
