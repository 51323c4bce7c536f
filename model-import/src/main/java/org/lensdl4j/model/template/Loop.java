package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The variable {@code loop}. As in Jinja2 it looks ahead only when asked to, which matters where a
 * condition depends on what the body changes.
 */
final class Loop implements Callable {
  /** Writes the loop over other items, one level deeper. */
  @FunctionalInterface
  interface Recursion {
    String render(Object items);
  }

  private final Run run;
  private final Recursion recursion;
  private final int depth;
  private Iterator<Object> items;
  private int length;
  private int index;
  private Object before = Args.NONE_GIVEN;
  private Object current = Args.NONE_GIVEN;
  private Object after = Args.NONE_GIVEN;
  private Object changed = Args.NONE_GIVEN;

  /**
   * A loop before its first round.
   *
   * @param length -1 if it is not known without going through the items
   * @param depth of the recursion, from 0
   * @param recursion null for a loop that is not recursive
   */
  Loop(Run run, Iterator<Object> items, int length, int depth, Recursion recursion) {
    this.run = run;
    this.items = items;
    this.length = length;
    this.depth = depth;
    this.recursion = recursion;
  }

  boolean hasNext() {
    return after != Args.NONE_GIVEN || items.hasNext();
  }

  Object next() {
    Object item = after == Args.NONE_GIVEN ? items.next() : after;
    after = Args.NONE_GIVEN;
    index++;
    before = current;
    current = item;
    return item;
  }

  int index() {
    return index;
  }

  int length() {
    if (length < 0) {
      List<Object> rest = new ArrayList<>();
      while (items.hasNext()) {
        run.items(1);
        rest.add(items.next());
      }
      length = rest.size() + index + (after == Args.NONE_GIVEN ? 0 : 1);
      items = rest.iterator();
    }
    return length;
  }

  private Object peek() {
    if (after == Args.NONE_GIVEN && items.hasNext()) {
      after = items.next();
    }
    return after;
  }

  /** An attribute, or {@link Args#NONE_GIVEN}. */
  Object attribute(String name) {
    return switch (name) {
      case "index" -> (long) index;
      case "index0" -> index - 1L;
      case "revindex" -> (long) length() - index + 1;
      case "revindex0" -> (long) length() - index;
      case "length" -> (long) length();
      case "first" -> index == 1;
      case "last" -> peek() == Args.NONE_GIVEN;
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" -> index == 1 ? Undefined.hint("there is no previous item") : before;
      case "nextitem" ->
          peek() == Args.NONE_GIVEN ? Undefined.hint("there is no next item") : after;
      case "cycle" -> new Function(name, "method", this::cycle);
      case "changed" -> new Function(name, "method", this::changed);
      default -> Args.NONE_GIVEN;
    };
  }

  private Object cycle(Run run, Args args) {
    if (args.positional().isEmpty()) {
      throw TemplateException.type("no items for cycling given");
    }
    return args.positional().get((index - 1) % args.positional().size());
  }

  private Object changed(Run run, Args args) {
    Object value = Tuple.of(args.positional());
    if (changed != Args.NONE_GIVEN && Python.equal(run, changed, value)) {
      return false;
    }
    changed = value;
    return true;
  }

  @Override
  public Object call(Run run, Args args) {
    if (recursion == null) {
      throw TemplateException.type(
          "The loop must have the 'recursive' marker to be called recursively.");
    }
    return recursion.render(args.bind("loop", 1, "iterable")[0]);
  }
}
