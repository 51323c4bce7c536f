package org.lensdl4j.lab.search;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.lensdl4j.lab.measure.Better;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Option;
import org.lensdl4j.model.base.LensException;

/** Reads {@link SearchConfig}; every message names line and field. */
final class SearchConfigReader {
  private static final Set<String> FIELDS =
      Set.of(
          "generator",
          "candidates",
          "minutes",
          "plateau",
          "parallel",
          "seed",
          "grid",
          "genetic",
          "score",
          "base",
          "space");

  /** Set with the texts, or of no influence on what is compared. */
  private static final Set<String> NOT_VARIED =
      Set.of("languages", "central", "lambdas", "compat", "checkpointEvery", "loraTargets");

  private SearchConfigReader() {}

  static SearchConfig read(ConfigNode file) {
    Map<String, ConfigNode> root = known(file, FIELDS);
    Map<String, Object> base = base(root.get("base"));
    return new SearchConfig(
        generator(root),
        notNegative(root.get("minutes")),
        plateau(root.get("plateau")),
        atLeast(root.get("parallel"), 0, 0),
        score(root.get("score")),
        base,
        space(file, root.get("space")));
  }

  private static Map<String, ConfigNode> known(ConfigNode at, Set<String> names) {
    Map<String, ConfigNode> map = at.map("fields " + String.join(", ", new TreeSet<>(names)));
    map.forEach(
        (name, value) -> {
          if (!names.contains(name)) {
            throw value.unknown(new TreeSet<>(names));
          }
        });
    return map;
  }

  private static GeneratorSettings generator(Map<String, ConfigNode> root) {
    GeneratorSettings.Kind kind = kind(root.get("generator"));
    Map<String, ConfigNode> grid = section(root, "grid", Set.of("points", "shuffled"));
    Map<String, ConfigNode> genetic = section(root, "genetic", Set.of("population", "mutation"));
    boolean bounded = kind == GeneratorSettings.Kind.GRID;
    int candidates = atLeast(root.get("candidates"), bounded ? 0 : 1, bounded ? 0 : 20);
    ConfigNode mutation = genetic.get("mutation");
    if (mutation != null && !(mutation.number() >= 0 && mutation.number() <= 1)) {
      throw mutation.wrong("a number in [0, 1]");
    }
    return new GeneratorSettings(
        kind,
        candidates,
        root.containsKey("seed") ? root.get("seed").wholeLong() : 42,
        atLeast(grid.get("points"), 1, 3),
        grid.containsKey("shuffled") && grid.get("shuffled").bool(),
        atLeast(genetic.get("population"), 4, 8),
        mutation == null ? 0.1 : mutation.number(),
        lag(atLeast(root.get("parallel"), 0, 0)));
  }

  /** Must not depend on the machine. */
  private static int lag(int parallel) {
    return parallel == 0 ? 2 : parallel;
  }

  private static Map<String, ConfigNode> section(
      Map<String, ConfigNode> root, String name, Set<String> fields) {
    return root.containsKey(name) ? known(root.get(name), fields) : Map.of();
  }

  private static GeneratorSettings.Kind kind(ConfigNode at) {
    if (at == null) {
      return GeneratorSettings.Kind.RANDOM;
    }
    for (GeneratorSettings.Kind kind : GeneratorSettings.Kind.values()) {
      if (kind.id().equals(at.text())) {
        return kind;
      }
    }
    throw at.wrong("one of random, grid, genetic");
  }

  private static int atLeast(ConfigNode at, int least, int standard) {
    if (at == null) {
      return standard;
    }
    if (at.integer() < least) {
      throw at.wrong("a whole number of at least " + least);
    }
    return at.integer();
  }

  private static double notNegative(ConfigNode at) {
    if (at != null && !(at.number() >= 0)) {
      throw at.wrong("a number of at least 0");
    }
    return at == null ? 0 : at.number();
  }

  private static SearchConfig.Plateau plateau(ConfigNode at) {
    if (at == null) {
      return SearchConfig.Plateau.NONE;
    }
    Map<String, ConfigNode> map = known(at, Set.of("candidates", "gain"));
    if (!map.containsKey("candidates")) {
      throw at.wrong("a field candidates");
    }
    return new SearchConfig.Plateau(
        atLeast(map.get("candidates"), 1, 1), notNegative(map.get("gain")));
  }

  private static GainScore score(ConfigNode at) {
    if (at == null) {
      return GainScore.standard();
    }
    Map<String, ConfigNode> map = known(at, Set.of("gain", "budget"));
    if (!map.containsKey("gain")) {
      throw at.wrong("a field gain");
    }
    Map<Measure, Double> weights = measures(map.get("gain"));
    Map<Measure, Double> budget =
        map.containsKey("budget") ? measures(map.get("budget")) : Map.of();
    try {
      return new GainScore(weights, budget);
    } catch (LensException e) {
      throw at.wrong(e);
    }
  }

  private static Map<Measure, Double> measures(ConfigNode at) {
    Map<Measure, Double> out = new EnumMap<>(Measure.class);
    Map<String, Measure> names = new LinkedHashMap<>();
    for (Measure measure : Measure.values()) {
      if (GainScore.canMeasure(measure)) {
        names.put(measure.id(), measure);
      }
    }
    at.map("measures with numbers")
        .forEach(
            (name, value) -> {
              if (!names.containsKey(name)) {
                List<String> good =
                    names.values().stream()
                        .filter(m -> m.better() != Better.NEITHER)
                        .map(Measure::id)
                        .toList();
                throw value.wrong("one of the measures " + String.join(", ", good));
              }
              out.put(names.get(name), value.number());
            });
    return out;
  }

  private static Map<String, Object> base(ConfigNode at) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (at == null) {
      return out;
    }
    at.map("options")
        .forEach(
            (name, value) -> {
              if (name.equals("languages") || name.equals("central")) {
                throw value.wrong("no languages: they are named with the texts");
              }
              check(value, name, value.bare());
              out.put(name, value.bare());
            });
    try {
      LensCandidateSpace.with(stranger(), without(out, "lambdas"));
    } catch (LensException e) {
      throw at.wrong(e);
    }
    return out;
  }

  /** A configuration of many languages, as those of the search are known with its texts only. */
  private static LensConfig stranger() {
    List<String> names = IntStream.range(0, 100).mapToObj(i -> "l" + i).toList();
    return LensConfig.builder().languages(names).central("l0").build();
  }

  private static Map<String, Object> without(Map<String, Object> values, String name) {
    Map<String, Object> out = new LinkedHashMap<>(values);
    out.remove(name);
    return out;
  }

  /** Refuses what no configuration can have, whatever its other options are. */
  private static void check(ConfigNode at, String name, Object value) {
    try {
      Option option = LensCandidateSpace.option(name);
      option.check(option.typed(value));
    } catch (LensException e) {
      throw at.wrong(e);
    }
  }

  private static List<Parameter> space(ConfigNode file, ConfigNode at) {
    if (at == null) {
      throw file.wrong("a field space with the options to vary");
    }
    List<Parameter> out = new ArrayList<>();
    at.map("options to vary").forEach((name, value) -> out.add(parameter(name, value)));
    if (out.isEmpty()) {
      throw at.wrong("at least one option to vary: this space has no candidate");
    }
    return out;
  }

  private static Parameter parameter(String name, ConfigNode at) {
    if (NOT_VARIED.contains(name)) {
      throw at.wrong(
          "an option that can be varied; of lambdas that is lambda or lambda.<language>");
    }
    Parameter out = at.isList() ? choice(name, at, at) : drawn(name, at);
    out.probes().forEach(value -> check(at, name, value));
    return out;
  }

  private static Parameter choice(String name, ConfigNode at, ConfigNode list) {
    List<Object> values = new ArrayList<>();
    for (ConfigNode item : list.list("a list of values")) {
      Object value = item.plain();
      if (value == null || values.contains(value)) {
        throw item.wrong(value == null ? "a value" : "each value once");
      }
      values.add(value);
    }
    if (values.isEmpty()) {
      throw at.wrong("at least one value: this space has no candidate");
    }
    return Parameter.choice(name, values.toArray());
  }

  private static Parameter drawn(String name, ConfigNode at) {
    Map<String, ConfigNode> map = known(at, Set.of("low", "high", "scale", "values", "off"));
    boolean off = map.containsKey("off") && map.get("off").bool();
    Parameter out =
        map.containsKey("values") ? choice(name, at, map.get("values")) : range(name, at, map);
    return off ? out.orOff() : out;
  }

  private static Parameter range(String name, ConfigNode at, Map<String, ConfigNode> map) {
    if (!map.containsKey("low") || !map.containsKey("high")) {
      throw at.wrong("fields low and high, or values");
    }
    double low = map.get("low").number();
    double high = map.get("high").number();
    if (!(low <= high)) {
      throw map.get("high")
          .wrong(String.format(Locale.ROOT, "at least low, %s: this space has no candidate", low));
    }
    boolean log = map.containsKey("scale") && isLog(map.get("scale"));
    if (log && !(low > 0)) {
      throw map.get("low").wrong("a number above 0 on a logarithmic scale");
    }
    boolean whole =
        map.get("low").plain() instanceof Integer
            && map.get("high").plain() instanceof Integer
            && LensCandidateSpace.option(name).isWhole();
    if (whole && log) {
      throw map.get("scale").wrong("a linear scale, or a list, for whole numbers");
    }
    if (!whole && low == high) {
      return Parameter.choice(name, low);
    }
    if (whole) {
      return Parameter.integer(name, (int) low, (int) high);
    }
    return log ? Parameter.log(name, low, high) : Parameter.real(name, low, high);
  }

  private static boolean isLog(ConfigNode at) {
    if (!List.of("log", "linear").contains(at.text())) {
      throw at.wrong("log or linear");
    }
    return at.text().equals("log");
  }
}
