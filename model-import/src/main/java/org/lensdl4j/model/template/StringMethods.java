package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Methods of strings. */
final class StringMethods {
  /** All that Python has; some are refused when they are called. */
  static final Set<String> NAMES =
      Set.of(
          ("capitalize casefold center count encode endswith expandtabs find format format_map index"
                  + " isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric"
                  + " isprintable isspace istitle isupper join ljust lower lstrip maketrans"
                  + " partition removeprefix removesuffix replace rfind rindex rjust rpartition"
                  + " rsplit rstrip split splitlines startswith strip swapcase title translate"
                  + " upper zfill")
              .split(" "));

  private static final Set<String> ESCAPES_ARGUMENTS =
      Set.of("join", "replace", "ljust", "rjust", "lstrip", "rstrip", "center", "strip", "zfill");

  private final Run run;
  private final String text;
  private final String name;
  private final Args args;

  private StringMethods(Run run, String text, String name, Args args) {
    this.run = run;
    this.text = text;
    this.name = name;
    this.args = args;
  }

  static Object call(Run run, Object owner, String name, Args args) {
    boolean markup = owner instanceof Markup;
    if (markup && name.startsWith("format")) {
      throw TemplateException.refused("the method '" + name + "' of an escaped string");
    }
    Args given = markup && ESCAPES_ARGUMENTS.contains(name) ? escaped(run, args) : args;
    String text = Python.text(owner);
    run.text(text.length());
    Object out = new StringMethods(run, text, name, given).call();
    return markup ? marked(out) : out;
  }

  private static Args escaped(Run run, Args args) {
    List<Object> out = new ArrayList<>();
    for (Object value : args.positional()) {
      boolean several = value != null && !Python.isString(value) && Python.length(value) >= 0;
      if (several) {
        List<Object> parts = Python.list(run, value);
        parts.replaceAll(part -> Markup.escape(run, part));
        out.add(parts);
      } else {
        out.add(value instanceof String ? Markup.escape(run, value) : value);
      }
    }
    return new Args(out, args.named());
  }

  private static Object marked(Object value) {
    if (value instanceof String text) {
      return new Markup(text);
    }
    if (value instanceof Tuple tuple) {
      return Tuple.of(tuple.stream().map(StringMethods::marked).toArray());
    }
    if (value instanceof List<?> list) {
      return new ArrayList<>(list.stream().map(StringMethods::marked).toList());
    }
    return value;
  }

  private Object call() {
    return switch (name) {
      case "strip" -> Text.strip(run, text, optional(), true, true);
      case "lstrip" -> Text.strip(run, text, optional(), true, false);
      case "rstrip" -> Text.strip(run, text, optional(), false, true);
      case "split", "rsplit" -> split();
      case "splitlines" -> Text.lines(run, text, Args.flag(bind(0, "keepends")[0], false));
      case "replace" -> replace();
      case "join" -> join();
      case "startswith", "endswith" -> startsOrEnds();
      case "removeprefix", "removesuffix" -> remove();
      case "find", "rfind", "index", "rindex", "count" -> Find.of(run, text, name, args);
      case "partition", "rpartition" -> partition();
      case "center", "ljust", "rjust", "zfill" -> pad();
      case "format" -> BraceFormat.format(run, text, args);
      case "format_map" -> {
        Object map = bind(1, "mapping")[0];
        if (!(map instanceof Dict dict)) {
          throw TemplateException.refused("format_map of a " + Python.typeName(map));
        }
        yield BraceFormat.format(run, text, dict);
      }
      case "encode", "translate", "maketrans", "expandtabs" ->
          throw TemplateException.refused("the method '" + name + "' of a string");
      default -> {
        bind(0);
        yield name.startsWith("is") ? (Object) Letters.is(name, text) : Letters.change(name, text);
      }
    };
  }

  private Object[] bind(int required, String... parameters) {
    return args.bind(name, required, parameters);
  }

  private String optional() {
    Object chars = Args.or(bind(0, "chars")[0], null);
    return chars == null ? null : string(chars);
  }

  private String string(Object value) {
    if (value instanceof Undefined || !Python.isString(value)) {
      throw TemplateException.type(name + " arg must be str, not " + Python.typeName(value));
    }
    return Python.text(value);
  }

  private Object split() {
    Object[] given = bind(0, "sep", "maxsplit");
    Object separator = Args.or(given[0], null);
    String at = separator == null ? null : string(separator);
    long max = Args.integer(given[1], -1);
    return name.equals("split") ? Text.split(run, text, at, max) : Text.rsplit(run, text, at, max);
  }

  private String replace() {
    if (!args.named().isEmpty()) {
      throw TemplateException.type("str.replace() takes no keyword arguments");
    }
    Object[] given = bind(2, "old", "new", "count");
    return Text.replace(run, text, string(given[0]), string(given[1]), Args.integer(given[2], -1));
  }

  private String join() {
    List<String> parts = new ArrayList<>();
    for (Object item : Python.list(run, bind(1, "iterable")[0])) {
      if (!Python.isString(item)) {
        throw TemplateException.type(
            String.format(
                Locale.ROOT,
                "sequence item %d: expected str instance, %s found",
                parts.size(),
                Python.typeName(item)));
      }
      parts.add(Python.text(item));
    }
    return Text.join(run, text, parts);
  }

  private Object startsOrEnds() {
    Object[] given = bind(1, name.equals("startswith") ? "prefix" : "suffix", "start", "end");
    int[] part = Find.part(text, given[1], given[2]);
    if (part[0] > part[1]) {
      return false;
    }
    String within = Text.slice(text, part[0], part[1]);
    boolean starts = name.equals("startswith");
    List<?> wanted = given[0] instanceof Tuple tuple ? tuple : List.of(string(given[0]));
    for (Object one : wanted) {
      String affix = string(one);
      run.work(affix.length() / 64 + 1);
      if (starts ? within.startsWith(affix) : within.endsWith(affix)) {
        return true;
      }
    }
    return false;
  }

  private String remove() {
    String affix = string(bind(1, "affix")[0]);
    if (name.equals("removeprefix")) {
      return text.startsWith(affix) ? text.substring(affix.length()) : text;
    }
    boolean ends = !affix.isEmpty() && text.endsWith(affix);
    return ends ? text.substring(0, text.length() - affix.length()) : text;
  }

  private Tuple partition() {
    String separator = string(bind(1, "sep")[0]);
    if (separator.isEmpty()) {
      throw TemplateException.value("empty separator");
    }
    run.search(text.length(), separator.length());
    boolean first = name.equals("partition");
    int at = first ? text.indexOf(separator) : text.lastIndexOf(separator);
    if (at < 0) {
      return first ? Tuple.of(text, "", "") : Tuple.of("", "", text);
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  private String pad() {
    Object[] given = name.equals("zfill") ? bind(1, "width") : bind(1, "width", "fillchar");
    long missing = Arithmetic.index(given[0]) - Python.length(text);
    if (missing <= 0) {
      return text;
    }
    if (name.equals("zfill")) {
      int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
      return text.substring(0, sign) + Text.repeat(run, "0", missing) + text.substring(sign);
    }
    String fill = given[1] == Args.NONE_GIVEN ? " " : string(given[1]);
    if (Python.length(fill) != 1) {
      throw TemplateException.type("The fill character must be exactly one character long");
    }
    long width = missing + Python.length(text);
    long left =
        switch (name) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return Text.repeat(run, fill, left) + text + Text.repeat(run, fill, missing - left);
  }
}
