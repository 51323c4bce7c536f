package org.lensdl4j.model.template;

import java.util.AbstractList;
import java.util.RandomAccess;

/** Python's range: whole numbers, none of them stored. */
final class Range extends AbstractList<Object> implements RandomAccess {
  private static final long MAX = 100_000; // of the sandbox
  private final long start;
  private final long stop;
  private final long step;
  private final int size;

  Range(long start, long stop, long step) {
    if (step == 0) {
      throw TemplateException.value("range() arg 3 must not be zero");
    }
    this.start = start;
    this.stop = stop;
    this.step = step;
    double length = Math.ceil(((double) stop - start) / step);
    if (length > MAX) {
      throw TemplateException.python(
          "OverflowError",
          "Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + MAX + ").");
    }
    this.size = (int) Math.max(0, length);
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String toString() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }

  /** Part of it, which is a range again. */
  Range slice(long from, long to, long by) {
    return new Range(start + from * step, start + to * step, step * by);
  }
}
