package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Filters that make text of text. */
final class TextFilters {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern WORD_START =
      Pattern.compile(
          "(?<=[-\\s({\\[<])(?=[^-\\s({\\[<])|(?<=[^-\\s({\\[<])(?=[-\\s({\\[<])",
          Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  static Map<String, Filters.Body> all() {
    Map<String, Filters.Body> out = new HashMap<>();
    for (String name : List.of("upper", "lower", "capitalize")) {
      out.put(name, (run, v, args) -> method(run, v, name, args));
    }
    out.put("trim", TextFilters::trim);
    out.put("title", TextFilters::title);
    out.put("string", TextFilters::string);
    out.put("replace", TextFilters::replace);
    out.put("indent", TextFilters::indent);
    out.put("truncate", TextFilters::truncate);
    out.put("center", TextFilters::center);
    out.put("wordcount", TextFilters::wordCount);
    out.put("format", TextFilters::format);
    out.put("safe", (run, v, args) -> escaped(run, v, args, false));
    out.put("escape", (run, v, args) -> escaped(run, v, args, true));
    out.put("e", out.get("escape"));
    out.put("forceescape", TextFilters::forceEscape);
    return out;
  }

  /** {@code soft_str(value)}: what is escaped stays so. */
  private static Object soft(Run run, Object value) {
    return value instanceof Markup ? value : run.str(value);
  }

  private static Object method(Run run, Object value, String name, Args args) {
    args.bind(name, 0);
    return StringMethods.call(run, soft(run, value), name, Args.EMPTY);
  }

  private static Object trim(Run run, Object value, Args args) {
    Object[] given = args.bind("trim", 0, "chars");
    return StringMethods.call(run, soft(run, value), "strip", Args.of(Args.or(given[0], null)));
  }

  private static Object string(Run run, Object value, Args args) {
    args.bind("string", 0);
    return soft(run, value);
  }

  private static Object title(Run run, Object value, Args args) {
    args.bind("title", 0);
    String text = run.str(value);
    run.text(2L * text.length());
    StringBuilder out = new StringBuilder();
    for (String word : WORD_START.split(text)) {
      if (!word.isEmpty()) {
        int first = word.offsetByCodePoints(0, 1);
        out.append(Letters.change("upper", word.substring(0, first)))
            .append(Letters.change("lower", word.substring(first)));
      }
    }
    return out.toString();
  }

  private static Object replace(Run run, Object value, Args args) {
    Object[] given = args.bind("replace", 2, "old", "new", "count");
    Object count = Args.or(given[2], null);
    return Text.replace(
        run,
        run.str(value),
        run.str(given[0]),
        run.str(given[1]),
        count == null ? -1 : Arithmetic.index(count));
  }

  private static Object indent(Run run, Object value, Args args) {
    Object[] given = args.bind("indent", 0, "width", "first", "blank");
    Object width = Args.or(given[0], 4L);
    String indention =
        Python.isString(width)
            ? Python.text(width)
            : Text.repeat(run, " ", Arithmetic.index(width));
    String text = text(value, "indent");
    List<Object> lines = Text.lines(run, Text.concat(run, text, "\n"), false);
    boolean blank = Args.flag(given[2], false);
    List<String> out = new ArrayList<>();
    for (Object line : lines) {
      boolean bare = out.isEmpty() || line.equals("") && !blank;
      out.add(bare ? (String) line : Text.concat(run, indention, (String) line));
    }
    String joined = Text.join(run, "\n", out);
    String result = Args.flag(given[1], false) ? Text.concat(run, indention, joined) : joined;
    return value instanceof Markup ? new Markup(result) : result;
  }

  /** A value that has to be text already. */
  private static String text(Object value, String filter) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Python.isString(value)) {
      throw TemplateException.type(filter + ": expected text, got " + Python.typeName(value));
    }
    return Python.text(value);
  }

  private static Object truncate(Run run, Object value, Args args) {
    Object[] given = args.bind("truncate", 0, "length", "killwords", "end", "leeway");
    long length = Args.integer(given[0], 255);
    String end = text(Args.or(given[2], "..."), "truncate");
    long leeway = Args.or(given[3], null) == null ? 5 : Arithmetic.index(given[3]);
    if (length < Python.length(end) || leeway < 0) {
      throw TemplateException.python("AssertionError", "truncate: expected a greater length");
    }
    if (value instanceof Undefined) {
      return value;
    }
    String text = text(value, "truncate");
    run.text(text.length());
    if (Python.length(text) <= Math.min(length, Integer.MAX_VALUE) + leeway) {
      return value;
    }
    String cut = Text.slice(text, 0, (int) length - Python.length(end));
    if (!Args.flag(given[1], false)) {
      int space = cut.lastIndexOf(' ');
      cut = space < 0 ? cut : cut.substring(0, space);
    }
    return Text.concat(run, cut, end);
  }

  private static Object center(Run run, Object value, Args args) {
    Object[] given = args.bind("center", 0, "width");
    return StringMethods.call(run, soft(run, value), "center", Args.of(Args.integer(given[0], 80)));
  }

  private static Object wordCount(Run run, Object value, Args args) {
    args.bind("wordcount", 0);
    String text = run.str(value);
    run.work(text.length());
    return WORD.matcher(text).results().count();
  }

  private static Object format(Run run, Object value, Args args) {
    if (!args.positional().isEmpty() && !args.named().isEmpty()) {
      throw TemplateException.python(
          "FilterArgumentError", "can't handle positional and keyword arguments at the same time");
    }
    Object values = Tuple.of(args.positional());
    if (!args.named().isEmpty()) {
      Dict dict = new Dict();
      args.named().forEach(dict::put);
      values = dict;
    }
    return PercentFormat.format(run, soft(run, value), values);
  }

  private static Object escaped(Run run, Object value, Args args, boolean escape) {
    args.bind("escape", 0);
    if (value instanceof Markup) {
      return value;
    }
    return new Markup(escape ? Markup.escape(run, value) : run.str(value));
  }

  private static Object forceEscape(Run run, Object value, Args args) {
    args.bind("forceescape", 0);
    return new Markup(Markup.escape(run, run.str(value)));
  }
}
