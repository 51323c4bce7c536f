package org.lensdl4j.lab.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes {@link SearchConfig}. */
final class SearchConfigWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SearchConfigWriter() {}

  static ObjectNode json(SearchConfig config) {
    ObjectNode root = JSON.createObjectNode();
    GeneratorSettings g = config.generator();
    root.put("generator", g.kind().id())
        .put("candidates", g.candidates())
        .put("minutes", config.minutes())
        .put("parallel", config.parallel())
        .put("seed", g.seed());
    if (config.plateau().candidates() > 0) {
      root.putObject("plateau")
          .put("candidates", config.plateau().candidates())
          .put("gain", config.plateau().gain());
    }
    root.putObject("grid").put("points", g.points()).put("shuffled", g.shuffled());
    root.putObject("genetic").put("population", g.population()).put("mutation", g.mutation());
    score(root.putObject("score"), config.score());
    root.set("base", JSON.valueToTree(new java.util.TreeMap<>(config.base())));
    ObjectNode space = root.putObject("space");
    config.parameters().forEach(p -> space.set(p.name(), parameter(p)));
    return root;
  }

  /** What decides which candidates there are and what they score, but not how many. */
  static String identity(SearchConfig config) {
    ObjectNode node = json(config);
    node.remove(List.of("candidates", "minutes", "plateau"));
    if (config.generator().kind() != GeneratorSettings.Kind.GENETIC) {
      node.remove("parallel");
    }
    return node.toString();
  }

  static void score(ObjectNode node, GainScore score) {
    ObjectNode gain = node.putObject("gain");
    score.weights().forEach((measure, weight) -> gain.put(measure.id(), weight));
    ObjectNode budget = node.putObject("budget");
    score.budget().forEach((measure, most) -> budget.put(measure.id(), most));
  }

  private static ObjectNode parameter(Parameter p) {
    ObjectNode node = JSON.createObjectNode();
    if (p.kind() == Parameter.Kind.CHOICE) {
      ArrayNode values = node.putArray("values");
      p.values()
          .forEach(v -> values.add(JSON.<com.fasterxml.jackson.databind.JsonNode>valueToTree(v)));
    } else if (p.kind() == Parameter.Kind.INTEGER) {
      node.put("low", (int) p.low()).put("high", (int) p.high());
    } else {
      node.put("low", p.low()).put("high", p.high());
    }
    if (p.log()) {
      node.put("scale", "log");
    }
    if (p.off()) {
      node.put("off", true);
    }
    return node;
  }

  static String yaml(SearchConfig config) {
    try {
      return new YAMLMapper().writeValueAsString(json(config));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String example() {
    try (InputStream in = SearchConfigWriter.class.getResourceAsStream("search.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
