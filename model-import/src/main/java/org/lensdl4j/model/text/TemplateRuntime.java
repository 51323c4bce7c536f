package org.lensdl4j.model.text;

import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a template can call ({@code lens} in the rewritten template), and the limits on one run. */
final class TemplateRuntime {
  static final int MAX_OUTPUT = 1 << 20;
  static final int MAX_RANGE = 10_000;
  private static final int MAX_STEPS = 200_000;
  private static final long MAX_NANOS = 5_000_000_000L;

  private final Clock clock;
  private final long start = System.nanoTime();
  private final Deque<List<Object>> kept = new ArrayDeque<>(); // by loops with a condition
  private int steps;

  TemplateRuntime(Clock clock) {
    this.clock = clock;
  }

  Object call(String name, Object[] args) {
    tick();
    return switch (name) {
      case "tick" -> "";
      case "str" -> PythonValues.str(args[0]);
      case "open" -> {
        kept.push(new ArrayList<>());
        yield "";
      }
      case "keep" -> {
        kept.element().add(args.length == 1 ? args[0] : Arrays.asList(args));
        yield "";
      }
      case "kept" -> kept.pop();
      case "iterate" -> iterate(args[0], ((Number) args[1]).intValue());
      case "range" -> range(args);
      case "raise_exception" -> throw new TemplateStop(PythonValues.str(args[0]));
      case "strftime_now" ->
          StrftimeFormatter.format(
              ZonedDateTime.now(clock), PythonValues.str(args[0]), Locale.ENGLISH);
      default -> throw new TemplateStop("function '" + name + "' is not known");
    };
  }

  /** Counts one step of the run. */
  void tick() {
    if (++steps > MAX_STEPS || System.nanoTime() - start > MAX_NANOS) {
      throw new TemplateStop("takes too many steps; at most " + MAX_STEPS + " in 5 s");
    }
  }

  /** What a loop goes through: lists as they are, the keys of a map, the characters of a string. */
  private static List<Object> iterate(Object value, int targets) {
    List<Object> items = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      items.addAll(map.keySet());
    } else if (value instanceof Iterable<?> all) {
      all.forEach(items::add);
    } else if (value instanceof CharSequence text) {
      text.codePoints().forEach(c -> items.add(Character.toString(c)));
    } else if (value != null) {
      throw new TemplateStop("for: a value of this kind is not iterable");
    }
    if (targets > 1) {
      items.replaceAll(item -> pair(item, targets));
    }
    return items;
  }

  private static List<?> pair(Object item, int targets) {
    List<?> parts =
        item instanceof Map.Entry<?, ?> entry
            ? List.of(entry.getKey(), entry.getValue())
            : item instanceof List<?> list ? list : List.of();
    if (parts.size() != targets) {
      throw new TemplateStop("for: an item has " + parts.size() + " parts, expected " + targets);
    }
    return parts;
  }

  private static List<Object> range(Object[] args) {
    long from = args.length > 1 ? ((Number) args[0]).longValue() : 0;
    long to = ((Number) args[args.length > 1 ? 1 : 0]).longValue();
    long step = args.length > 2 ? ((Number) args[2]).longValue() : 1;
    if (step == 0 || Math.abs(to - from) / Math.abs(step) > MAX_RANGE) {
      throw new TemplateStop("range: at most " + MAX_RANGE + " numbers");
    }
    List<Object> out = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      out.add(i);
    }
    return out;
  }
}
