package org.lensdl4j.model.template;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** Python's tuple; every other list is Python's list. */
final class Tuple extends AbstractList<Object> implements RandomAccess {
  private final Object[] items;
  private final boolean group;

  private Tuple(boolean group, Object... items) {
    this.group = group;
    this.items = items;
  }

  static Tuple of(Object... items) {
    return new Tuple(false, items);
  }

  static Tuple of(List<?> items) {
    return new Tuple(false, items.toArray());
  }

  /** What {@code groupby} yields: its parts are also the attributes grouper and list. */
  static Tuple group(Object grouper, List<Object> list) {
    return new Tuple(true, grouper, list);
  }

  boolean isGroup() {
    return group;
  }

  @Override
  public Object get(int index) {
    return items[index];
  }

  @Override
  public int size() {
    return items.length;
  }
}
