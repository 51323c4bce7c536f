package org.lensdl4j.examples.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.Option;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * Options of a run's configuration on the command line: how they are spelt is said here, what they
 * are comes from the table of {@link LensConfig#options()}. Used as a mixin.
 */
public final class ConfigFlags {
  private static final Pattern REFERENCE = Pattern.compile("\\{(\\w+)}");

  /** By option; the label of the value and the names. */
  private static final Map<String, List<String>> SPELLING = new LinkedHashMap<>();

  static {
    spell("central", "CODE", "--central");
    spell("systemPrompt", "TEXT", "--system");
    spell("compat", "NAME", "--compat");
    spell("seed", "N", "--seed");
    spell("probeTexts", "N", "--max-texts");
    spell("probeMaxTokens", "N", "--max-tokens");
    spell("probeRaw", "true|false", "--raw");
    spell("minTexts", "N", "--min-texts");
    spell("rank", "R", "--rank");
    spell("agnosticRank", "Q", "--agnostic-rank");
    spell("topLayers", "N", "--top-layers", "--layers");
    spell("loraRank", "RANK", "--lora");
    spell("loraAlpha", "X", "--lora-alpha");
    spell("loraTargets", "NAME", "--lora-targets");
    spell("align", "W", "--align");
    spell("separate", "W", "--separate");
    spell("retain", "W", "--retain");
    spell("retainTargets", "W", "--retain-targets");
    spell("contrast", "W", "--contrast");
    spell("contrastTemperature", "X", "--contrast-temperature");
    spell("coordinates", "WHICH", "--coordinates");
    spell("lossLayers", "N", "--loss-layers");
    spell("lambdas", "CODE=X", "--lambda");
    spell("alignPivot", "WHICH", "--align-pivot");
    spell("target", "WHICH", "--target");
    spell("answerMaxTokens", "N", "--answer-max-tokens");
    spell("fence", "W", "--fence");
    spell("learningRate", "X", "--lr");
    spell("epochs", "N", "--epochs");
    spell("batchSize", "N", "--batch");
    spell("accumulation", "N", "--accumulate");
    spell("trainMaxTokens", "N", "--max-tokens");
    spell("trainTexts", "N", "--max-texts");
    spell("checkpointEvery", "N", "--checkpoint-every");
    spell("schedule", "WHICH", "--schedule");
    spell("warmupRatio", "X", "--warmup-ratio");
    spell("weightDecay", "X", "--weight-decay");
    spell("clipNorm", "X", "--clip-norm");
    spell("beta1", "X", "--beta1");
    spell("beta2", "X", "--beta2");
    spell("epsilon", "X", "--epsilon");
    spell("shuffle", "true|false", "--shuffle");
  }

  private final Map<String, Object> initial = new LinkedHashMap<>();
  private final Map<String, OptionSpec> flags = new LinkedHashMap<>();

  private ConfigFlags() {}

  private static void spell(String option, String label, String... names) {
    List<String> all = new ArrayList<>(List.of(label));
    all.addAll(List.of(names));
    SPELLING.put(option, all);
  }

  /** Some options, in the order of help; those not given are the configuration's. */
  public static ConfigFlags of(String... options) {
    ConfigFlags out = new ConfigFlags();
    for (String option : options) {
      out.initial.put(option, null);
    }
    return out;
  }

  /** Those of training, and more. */
  static ConfigFlags training(String... more) {
    List<String> all = new ArrayList<>(SPELLING.keySet());
    all.subList(0, all.indexOf("topLayers")).clear();
    all.addAll(List.of(more));
    return of(all.toArray(String[]::new));
  }

  /** The names of an option's flag, the first one first; none if it has none. */
  static List<String> names(String option) {
    List<String> spelling = SPELLING.getOrDefault(option, List.of(""));
    return spelling.subList(1, spelling.size());
  }

  /** Gives an option a default of this command's. */
  public ConfigFlags with(String option, Object value) {
    initial.put(option, value);
    return this;
  }

  @Spec
  void addTo(CommandSpec command) {
    initial.forEach(
        (name, own) -> {
          OptionSpec flag = flag(LensConfig.options().get(name), own);
          flags.put(name, flag);
          command.addOption(flag);
        });
  }

  private static OptionSpec flag(Option option, Object own) {
    Object value = own == null ? option.initial() : own;
    OptionSpec.Builder out =
        OptionSpec.builder(names(option.name()).toArray(String[]::new))
            .type(option.type())
            .paramLabel(SPELLING.get(option.name()).get(0))
            .defaultValue(own == null ? null : option.shown(own))
            .description(description(option, option.shown(value)));
    if (option.type().isEnum()) {
      out.converters(new WordConverter(option));
    } else if (option.type() == List.class) {
      out.auxiliaryTypes(String.class).splitRegex(",");
    } else if (option.type() == Map.class) {
      out.auxiliaryTypes(String.class, Double.class).splitRegex(",");
    } else if (option.type() == Boolean.class) {
      out.arity("0..1").fallbackValue("true");
    }
    return out.build();
  }

  /** What an option does, other options by their flags. */
  static String help(Option option) {
    return REFERENCE
        .matcher(option.help().replace("%", "%%"))
        .replaceAll(found -> names(found.group(1)).get(0));
  }

  private static String description(Option option, String value) {
    String text = help(option);
    return option.type() == Map.class
        ? text
        : String.format(
            Locale.ROOT, "%s Default: %s", text, value.endsWith(".") ? value : value + ".");
  }

  /** What was given, or this command's own default; else null. */
  public Object value(String option) {
    return flags.get(option).getValue();
  }

  /** What was given, or the option's default. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  <T> T orDefault(String option) {
    Object given = value(option);
    return (T) (given == null ? LensConfig.options().get(option).initial() : given);
  }

  /** Puts what is given on top of a configuration. */
  public void applyTo(LensConfigBuilder b) {
    for (String option : initial.keySet()) {
      Object value = value(option);
      if (value instanceof Map<?, ?> entries) {
        entries.forEach((language, scale) -> b.lambda((String) language, (Double) scale));
      } else if (value != null) {
        b.set(option, value);
      }
    }
  }

  /** Takes the beginning of a word, in any case. */
  private record WordConverter(Option option) implements ITypeConverter<Object> {
    @Override
    public Object convert(String value) {
      String wanted = value.toLowerCase(Locale.ROOT);
      List<String> found =
          option.words().stream().filter(w -> !wanted.isEmpty() && w.startsWith(wanted)).toList();
      if (found.size() != 1) {
        throw new TypeConversionException(
            String.format(
                Locale.ROOT,
                "found '%s', expected one of %s",
                value,
                String.join(", ", option.words())));
      }
      return option.typed(found.get(0));
    }
  }
}
