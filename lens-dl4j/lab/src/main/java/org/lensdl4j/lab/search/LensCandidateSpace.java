package org.lensdl4j.lab.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.Option;
import org.lensdl4j.model.base.LensException;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * An Arbiter space whose values are configurations: some options of a base are drawn from spaces of
 * their own.
 *
 * <pre>{@code
 * LensCandidateSpace space =
 *     new LensCandidateSpace(base)
 *         .add(Parameter.log("learningRate", 1e-5, 1e-3))
 *         .add(Parameter.choice("topLayers", 1, 2, 4))
 *         .add("align", new ContinuousParameterSpace(0, 2));
 * }</pre>
 *
 * <p>Extend it to derive options from others: override {@link #candidate}. A subclass that is to go
 * through Arbiter's JSON needs a constructor with the same two properties.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.NONE,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public class LensCandidateSpace extends AbstractParameterSpace<LensConfig> {
  /** The displacement's scale of all targets; {@code lambda.zh} is one language's. */
  public static final String LAMBDA = "lambda";

  private static final MathContext DIGITS = new MathContext(4);

  private final String base;
  private final Map<String, ParameterSpace<?>> options;

  /** A space of the base alone. */
  public LensCandidateSpace(LensConfig base) {
    this(base.toJson(), new LinkedHashMap<>());
  }

  /**
   * From Arbiter's JSON.
   *
   * @param base the configuration's JSON form
   * @param options by name
   */
  public LensCandidateSpace(
      @JsonProperty("base") String base,
      @JsonProperty("options") Map<String, ParameterSpace<?>> options) {
    this.base = base;
    this.options = new LinkedHashMap<>(options);
  }

  /** A space of several parameters. */
  public static LensCandidateSpace of(LensConfig base, List<Parameter> parameters) {
    LensCandidateSpace out = new LensCandidateSpace(base);
    parameters.forEach(out::add);
    return out;
  }

  /** Draws an option. */
  public LensCandidateSpace add(Parameter parameter) {
    return add(parameter.name(), parameter.toSpace());
  }

  /**
   * Draws an option.
   *
   * @param name as in {@link Parameter#name}
   * @param space of numbers, strings or booleans
   */
  public LensCandidateSpace add(String name, ParameterSpace<?> space) {
    if (options.put(name, space) != null) {
      throw new LensException(
          String.format(Locale.ROOT, "space.%s: found twice, expected each option once", name));
    }
    return this;
  }

  /** What all candidates share, as JSON. */
  @JsonProperty("base")
  public String base() {
    return base;
  }

  /** The spaces by option. */
  @JsonProperty("options")
  public Map<String, ParameterSpace<?>> options() {
    return new LinkedHashMap<>(options);
  }

  /**
   * The configuration at a point.
   *
   * @param parameters Arbiter's: one number in [0, 1] for each leaf
   * @throws LensException if the options do not go together
   */
  @Override
  public LensConfig getValue(double[] parameters) {
    Map<String, Object> drawn = new LinkedHashMap<>();
    options.forEach((name, space) -> drawn.put(name, rounded(space.getValue(parameters))));
    return candidate(LensConfig.fromJson(base), drawn);
  }

  /**
   * Puts drawn values into the base.
   *
   * @param from the base
   * @param drawn by option; numbers have four significant digits, so that what is printed is what
   *     was tried
   * @throws LensException if the options do not go together
   */
  protected LensConfig candidate(LensConfig from, Map<String, Object> drawn) {
    return with(from, drawn);
  }

  /** A configuration with some options replaced. */
  static LensConfig with(LensConfig from, Map<String, Object> values) {
    LensConfigBuilder builder = from.toBuilder();
    values.forEach(
        (name, value) -> {
          Object typed = option(name).typed(value);
          if (name.equals(LAMBDA)) {
            // A language's own comes after and wins.
            from.targets().stream()
                .filter(l -> !values.containsKey(LAMBDA + "." + l))
                .forEach(l -> builder.lambda(l, (Double) typed));
          } else if (name.startsWith(LAMBDA + ".")) {
            builder.lambda(name.substring(LAMBDA.length() + 1), (Double) typed);
          } else {
            builder.set(name, typed);
          }
        });
    return builder.build();
  }

  /**
   * What a parameter may be.
   *
   * @throws LensException if there is no such option
   */
  static Option option(String name) {
    return name.equals(LAMBDA) || name.startsWith(LAMBDA + ".")
        ? LensConfig.options().get("lambdas").entry(name)
        : LensConfig.options().get(name);
  }

  /** What a configuration has of a parameter. */
  static Object value(LensConfig config, String name, List<Parameter> parameters) {
    String own = LAMBDA + ".";
    if (name.equals(LAMBDA)) {
      // Of a language that has none of its own.
      return config.targets().stream()
          .filter(l -> parameters.stream().noneMatch(p -> p.name().equals(own + l)))
          .findFirst()
          .map(config::lambda)
          .orElse(1.0);
    }
    return name.startsWith(own)
        ? config.lambda(name.substring(own.length()))
        : option(name).json(config.values().get(name));
  }

  private static Object rounded(Object value) {
    return value instanceof Double d && Double.isFinite(d)
        ? (Object) new BigDecimal(d).round(DIGITS).doubleValue()
        : value;
  }

  @Override
  public int numParameters() {
    return options.values().stream().mapToInt(ParameterSpace::numParameters).sum();
  }

  @Override
  public List<ParameterSpace> collectLeaves() {
    List<ParameterSpace> out = new ArrayList<>();
    options.values().forEach(space -> out.addAll(space.collectLeaves()));
    return out;
  }

  /** Arbiter finds nested spaces of fields only, not of a map. */
  @Override
  public Map<String, ParameterSpace> getNestedSpaces() {
    return new LinkedHashMap<>(options);
  }

  @Override
  public boolean isLeaf() {
    return false;
  }

  @Override
  public void setIndices(int... indices) {
    throw new UnsupportedOperationException("its leaves have indices");
  }
}
