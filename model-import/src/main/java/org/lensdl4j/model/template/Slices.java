package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.List;

/** {@code owner[from:to:by]}. */
final class Slices {
  private Slices() {}

  static Object of(Run run, Object owner, Object from, Object to, Object by) {
    if (owner instanceof Undefined undefined) {
      throw undefined.error();
    }
    boolean string = Python.isString(owner);
    if (!string && !(owner instanceof List)) {
      throw TemplateException.type(
          owner instanceof Dict
              ? "unhashable type: 'slice'"
              : "'" + Python.typeName(owner) + "' object is not subscriptable");
    }
    int length = Python.length(owner);
    long step = by == null ? 1 : bound(by);
    if (step == 0) {
      throw TemplateException.value("slice step cannot be zero");
    }
    boolean back = step < 0;
    long least = back ? -1 : 0;
    long most = back ? length - 1 : length;
    long start = from == null ? (back ? most : least) : clamp(bound(from), length, least, most);
    long end = to == null ? (back ? least : most) : clamp(bound(to), length, least, most);
    if (owner instanceof Range range) {
      return range.slice(start, end, step);
    }
    if (string) {
      String out = text(run, Python.text(owner), (int) start, (int) end, step);
      return owner instanceof Markup ? new Markup(out) : out;
    }
    List<Object> out = new ArrayList<>();
    for (long i = start; back ? i > end : i < end; i = next(i, step, length)) {
      run.items(1);
      out.add(((List<?>) owner).get((int) i));
    }
    return owner instanceof Tuple ? Tuple.of(out) : out;
  }

  private static long bound(Object value) {
    if (value instanceof Undefined || !Arithmetic.isInteger(value)) {
      throw TemplateException.type(
          "slice indices must be integers or None or have an __index__ method");
    }
    return Arithmetic.index(value);
  }

  private static long clamp(long index, int length, long least, long most) {
    long at = index < 0 ? Math.max(index, -(long) length - 1) + length : index;
    return Math.max(least, Math.min(most, at));
  }

  /** The next index; far behind the end if the step is. */
  private static long next(long index, long step, int length) {
    return index + Math.max(-(long) length - 1, Math.min((long) length + 1, step));
  }

  private static String text(Run run, String text, int start, int end, long step) {
    run.text(text.length());
    if (step == 1) {
      return start >= end ? "" : Text.slice(text, start, end);
    }
    int[] points = text.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    for (long i = start; step < 0 ? i > end : i < end; i = next(i, step, points.length)) {
      out.appendCodePoint(points[(int) i]);
    }
    return out.toString();
  }
}
