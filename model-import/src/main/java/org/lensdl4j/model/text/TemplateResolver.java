package org.lensdl4j.model.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;

/**
 * The only door from a template to values: keys of maps, positions of lists and strings, the fields
 * of {@code loop}, Python's methods of strings and dicts, filters and tests. Java objects and their
 * methods cannot be reached; what is unknown is undefined, as in Jinja2.
 */
final class TemplateResolver extends ELResolver {

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    if (base == null || property == null) {
      return null;
    }
    context.setPropertyResolved(true);
    String name = property.toString();
    if (base instanceof Map<?, ?> map) {
      return map.get(name);
    }
    if (base instanceof List<?> list) {
      int index = index(name, list.size());
      return index < 0 ? null : list.get(index);
    }
    if (base instanceof CharSequence text) {
      int[] characters = text.codePoints().toArray();
      int index = index(name, characters.length);
      return index < 0 ? null : Character.toString(characters[index]);
    }
    return base instanceof ForLoop loop ? field(loop, name) : null;
  }

  /** The position that a property names, negative ones from the end; -1 if there is none. */
  private static int index(String name, int size) {
    try {
      int index = Integer.parseInt(name);
      int positive = index < 0 ? index + size : index;
      return positive < size ? Math.max(positive, -1) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static Object field(ForLoop loop, String name) {
    return switch (name) {
      case "index" -> loop.getIndex();
      case "index0" -> loop.getIndex0();
      case "revindex" -> loop.getRevindex();
      case "revindex0" -> loop.getRevindex0();
      case "first" -> loop.isFirst();
      case "last" -> loop.isLast();
      case "length" -> loop.getLength();
      default -> throw new TemplateStop("loop." + name + " is not supported");
    };
  }

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] params) {
    context.setPropertyResolved(true);
    Object[] args = params == null ? new Object[0] : params;
    String name = String.valueOf(method);
    if (base instanceof TemplateRuntime runtime) {
      return runtime.call(name, args);
    }
    if (base instanceof Filter filter && name.equals("filter")) {
      return filter(filter, args);
    }
    if (base instanceof ExpTest test && name.startsWith("evaluate")) {
      Object[] rest = Arrays.copyOfRange(args, 2, args.length);
      JinjavaInterpreter interpreter = (JinjavaInterpreter) args[1];
      return name.equals("evaluate")
          ? test.evaluate(args[0], interpreter, rest)
          : test.evaluateNegated(args[0], interpreter, rest);
    }
    if (base instanceof CharSequence text) {
      return PythonMethods.ofString(text.toString(), name, args);
    }
    if (base instanceof Map<?, ?> map) {
      return PythonMethods.ofDict(map, name, args);
    }
    if (base instanceof List<?> list) {
      return PythonMethods.ofList(list, name, args);
    }
    throw new TemplateStop("method '" + name + "' of an undefined value");
  }

  @SuppressWarnings("unchecked")
  private static Object filter(Filter filter, Object[] args) {
    return filter.filter(
        args[0], (JinjavaInterpreter) args[1], (Object[]) args[2], (Map<String, Object>) args[3]);
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    throw new TemplateStop("values cannot be changed");
  }

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Class<?> getType(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return Collections.emptyIterator();
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return Object.class;
  }
}
