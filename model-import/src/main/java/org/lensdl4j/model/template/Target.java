package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** What a value can be assigned to. */
interface Target {
  void assign(Run run, Frame frame, Object value);

  /** What a loop with a condition hands on: the values just assigned. */
  Object value(Run run, Frame frame);

  record Name(String name) implements Target {
    @Override
    public void assign(Run run, Frame frame, Object value) {
      frame.store(name, value);
    }

    @Override
    public Object value(Run run, Frame frame) {
      return frame.load(run, name);
    }
  }

  /** {@code namespace.attribute}. */
  record Attribute(String namespace, String name) implements Target {
    @Override
    public void assign(Run run, Frame frame, Object value) {
      if (!(frame.load(run, namespace) instanceof Namespace owner)) {
        throw TemplateException.python(
            "TemplateRuntimeError", "cannot assign attribute on non-namespace object");
      }
      owner.attributes().put(name, value);
    }

    @Override
    public Object value(Run run, Frame frame) {
      return Attributes.attribute(run, frame.load(run, namespace), name);
    }
  }

  record Several(List<Target> targets) implements Target {
    @Override
    public void assign(Run run, Frame frame, Object value) {
      if (value instanceof Undefined || !(value instanceof Lazy) && Python.length(value) < 0) {
        if (!(value instanceof Undefined)) {
          throw TemplateException.type(
              "cannot unpack non-iterable " + Python.typeName(value) + " object");
        }
      }
      Iterator<Object> items = Python.iterate(run, value);
      List<Object> parts = new ArrayList<>();
      while (items.hasNext() && parts.size() <= targets.size()) {
        parts.add(items.next());
      }
      if (parts.size() != targets.size()) {
        throw TemplateException.value(
            parts.size() > targets.size()
                ? "too many values to unpack (expected " + targets.size() + ")"
                : String.format(
                    Locale.ROOT,
                    "not enough values to unpack (expected %d, got %d)",
                    targets.size(),
                    parts.size()));
      }
      for (int i = 0; i < parts.size(); i++) {
        targets.get(i).assign(run, frame, parts.get(i));
      }
    }

    @Override
    public Object value(Run run, Frame frame) {
      return Tuple.of(targets.stream().map(target -> target.value(run, frame)).toArray());
    }
  }
}
