package org.lensdl4j.lens.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Sha256;

/** The JSON form of {@link LensConfig}: one table of options serves reading, writing, hashing. */
final class LensConfigJson {
  private record Option(
      Function<LensConfig, Object> get, BiConsumer<LensConfigBuilder, JsonNode> set) {}

  /** The options that a language space depends on. */
  static final Set<String> PROBING =
      Set.of(
          "languages",
          "central",
          "systemPrompt",
          "probeTexts",
          "probeMaxTokens",
          "rank",
          "agnosticRank",
          "coordinates",
          "compat");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Map<String, Option> OPTIONS = new LinkedHashMap<>();

  static {
    option(
        "languages",
        LensConfig::languages,
        (b, v) -> b.languages(JsonValues.strings("languages", v)));
    option("central", LensConfig::central, (b, v) -> b.central(JsonValues.text("central", v)));
    option(
        "systemPrompt",
        LensConfig::systemPrompt,
        (b, v) -> b.systemPrompt(JsonValues.text("systemPrompt", v)));
    option(
        "probeTexts",
        LensConfig::probeTexts,
        (b, v) -> b.probeTexts(JsonValues.integer("probeTexts", v)));
    option(
        "probeMaxTokens",
        LensConfig::probeMaxTokens,
        (b, v) -> b.probeMaxTokens(JsonValues.integer("probeMaxTokens", v)));
    option(
        "minTexts", LensConfig::minTexts, (b, v) -> b.minTexts(JsonValues.integer("minTexts", v)));
    option("rank", LensConfig::rank, (b, v) -> b.rank(JsonValues.integer("rank", v)));
    option(
        "agnosticRank",
        LensConfig::agnosticRank,
        (b, v) -> b.agnosticRank(JsonValues.integer("agnosticRank", v)));
    option(
        "trainTexts",
        LensConfig::trainTexts,
        (b, v) -> b.trainTexts(JsonValues.integer("trainTexts", v)));
    option(
        "trainMaxTokens",
        LensConfig::trainMaxTokens,
        (b, v) -> b.trainMaxTokens(JsonValues.integer("trainMaxTokens", v)));
    option(
        "topLayers",
        LensConfig::topLayers,
        (b, v) -> b.topLayers(JsonValues.integer("topLayers", v)));
    option(
        "loraRank", LensConfig::loraRank, (b, v) -> b.loraRank(JsonValues.integer("loraRank", v)));
    option(
        "loraAlpha",
        LensConfig::loraAlpha,
        (b, v) -> b.loraAlpha(JsonValues.number("loraAlpha", v)));
    option(
        "loraTargets",
        LensConfig::loraTargets,
        (b, v) -> b.loraTargets(JsonValues.strings("loraTargets", v)));
    option("align", LensConfig::align, (b, v) -> b.align(JsonValues.number("align", v)));
    option(
        "separate", LensConfig::separate, (b, v) -> b.separate(JsonValues.number("separate", v)));
    option("retain", LensConfig::retain, (b, v) -> b.retain(JsonValues.number("retain", v)));
    option(
        "retainTargets",
        LensConfig::retainTargets,
        (b, v) -> b.retainTargets(JsonValues.number("retainTargets", v)));
    option(
        "contrast", LensConfig::contrast, (b, v) -> b.contrast(JsonValues.number("contrast", v)));
    option(
        "contrastTemperature",
        LensConfig::contrastTemperature,
        (b, v) -> b.contrastTemperature(JsonValues.number("contrastTemperature", v)));
    option(
        "coordinates",
        c -> JsonValues.id(c.coordinates()),
        (b, v) -> b.coordinates(JsonValues.constant("coordinates", v, LossCoordinates.class)));
    option(
        "lossLayers",
        LensConfig::lossLayers,
        (b, v) -> b.lossLayers(JsonValues.integer("lossLayers", v)));
    option("lambdas", LensConfig::lambdas, (b, v) -> b.lambdas(JsonValues.numbers("lambdas", v)));
    option(
        "alignPivot",
        c -> JsonValues.id(c.alignPivot()),
        (b, v) -> b.alignPivot(JsonValues.constant("alignPivot", v, AlignPivot.class)));
    option(
        "learningRate",
        LensConfig::learningRate,
        (b, v) -> b.learningRate(JsonValues.number("learningRate", v)));
    option("epochs", LensConfig::epochs, (b, v) -> b.epochs(JsonValues.integer("epochs", v)));
    option(
        "batchSize",
        LensConfig::batchSize,
        (b, v) -> b.batchSize(JsonValues.integer("batchSize", v)));
    option(
        "accumulation",
        LensConfig::accumulation,
        (b, v) -> b.accumulation(JsonValues.integer("accumulation", v)));
    option(
        "schedule",
        c -> JsonValues.id(c.schedule()),
        (b, v) -> b.schedule(JsonValues.constant("schedule", v, Schedule.class)));
    option(
        "warmupRatio",
        LensConfig::warmupRatio,
        (b, v) -> b.warmupRatio(JsonValues.number("warmupRatio", v)));
    option(
        "weightDecay",
        LensConfig::weightDecay,
        (b, v) -> b.weightDecay(JsonValues.number("weightDecay", v)));
    option(
        "clipNorm", LensConfig::clipNorm, (b, v) -> b.clipNorm(JsonValues.number("clipNorm", v)));
    option("beta1", LensConfig::beta1, (b, v) -> b.beta1(JsonValues.number("beta1", v)));
    option("beta2", LensConfig::beta2, (b, v) -> b.beta2(JsonValues.number("beta2", v)));
    option("epsilon", LensConfig::epsilon, (b, v) -> b.epsilon(JsonValues.number("epsilon", v)));
    option("shuffle", LensConfig::shuffle, (b, v) -> b.shuffle(JsonValues.bool("shuffle", v)));
    option("seed", LensConfig::seed, (b, v) -> b.seed(JsonValues.wholeLong("seed", v)));
    option(
        "compat",
        c -> c.compat().id(),
        (b, v) -> b.compat(Compat.of(JsonValues.text("compat", v))));
    option(
        "checkpointEvery",
        LensConfig::checkpointEvery,
        (b, v) -> b.checkpointEvery(JsonValues.integer("checkpointEvery", v)));
  }

  private LensConfigJson() {}

  private static void option(
      String name, Function<LensConfig, Object> get, BiConsumer<LensConfigBuilder, JsonNode> set) {
    OPTIONS.put(name, new Option(get, set));
  }

  static String write(LensConfig config) {
    ObjectNode node = JSON.createObjectNode();
    OPTIONS.forEach((name, option) -> node.set(name, JSON.valueToTree(option.get.apply(config))));
    return node.toPrettyString();
  }

  static LensConfig read(String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new LensException("configuration is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!node.isObject()) {
      throw new LensException(
          "configuration: found %s, expected a JSON object".formatted(JsonValues.describe(node)));
    }
    LensConfigBuilder builder = LensConfig.builder();
    node.fields()
        .forEachRemaining(
            field -> {
              Option option = OPTIONS.get(field.getKey());
              if (option == null) {
                throw new LensException(
                    "configuration: unknown option '%s', known are %s"
                        .formatted(field.getKey(), String.join(", ", OPTIONS.keySet())));
              }
              option.set.accept(builder, field.getValue());
            });
    return builder.build();
  }

  /** Hash of the chosen options with sorted names and exact numbers. */
  static String fingerprint(LensConfig config, Predicate<String> chosen) {
    TreeMap<String, Object> canonical = new TreeMap<>();
    OPTIONS.forEach(
        (name, option) -> {
          if (chosen.test(name) && counts(name, config)) {
            canonical.put(name, exact(effective(name, option, config)));
          }
        });
    try {
      return Sha256.hex(JSON.writeValueAsString(canonical));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is off influences nothing; so a later version's options leave earlier hashes alone. */
  private static boolean counts(String name, LensConfig config) {
    return switch (name) {
      case "contrast", "contrastTemperature" -> config.contrast() > 0;
      case "retainTargets" -> config.retainTargets() > 0;
      case "agnosticRank" -> config.agnosticRank() > 1;
      case "lossLayers" -> config.lossLayers() > 1;
      case "coordinates" -> config.coordinates() != LossCoordinates.RAW;
      default -> !name.startsWith("lora") || config.usesLora();
    };
  }

  /** Two ways to write the same setting must hash alike: a default rank, a scale of 1. */
  private static Object effective(String name, Option option, LensConfig config) {
    return switch (name) {
      case "rank" -> config.resolvedRank();
      case "loraAlpha" -> config.resolvedLoraAlpha();
      case "lambdas" -> {
        TreeMap<String, Object> all = new TreeMap<>();
        config.targets().forEach(l -> all.put(l, exact(config.lambda(l))));
        yield all;
      }
      default -> option.get.apply(config);
    };
  }

  /** Doubles are hashed by their exact value, which does not depend on how a JDK prints them. */
  private static Object exact(Object value) {
    return value instanceof Double d
        ? (d == 0 ? "0" : new BigDecimal(d).stripTrailingZeros().toString())
        : value;
  }
}
