package org.lensdl4j.model.template;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** The items that a rule keeps, each looked at when it is asked for. */
final class Filtering implements Iterator<Object> {
  @FunctionalInterface
  interface Rule {
    boolean keeps(Object item);
  }

  private final Supplier<Iterator<Object>> source;
  private final Rule rule;
  private Iterator<Object> items;
  private Object next = Args.NONE_GIVEN;

  /**
   * Goes through nothing yet.
   *
   * @param source asked when the first item is
   */
  Filtering(Supplier<Iterator<Object>> source, Rule rule) {
    this.source = source;
    this.rule = rule;
  }

  @Override
  public boolean hasNext() {
    if (items == null) {
      items = source.get();
    }
    while (next == Args.NONE_GIVEN && items.hasNext()) {
      Object item = items.next();
      if (rule.keeps(item)) {
        next = item;
      }
    }
    return next != Args.NONE_GIVEN;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Object out = next;
    next = Args.NONE_GIVEN;
    return out;
  }
}
