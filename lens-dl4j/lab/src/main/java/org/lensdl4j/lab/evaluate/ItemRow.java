package org.lensdl4j.lab.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.model.base.LensException;

/**
 * One item with all columns' scores.
 *
 * @param key of the item; equal for items that say the same in several languages
 * @param shown what was asked, for people: prompt, continuations, the right answer
 * @param columns per column its scores
 * @param weights per metric what the item's value is divided by; 1 where there is none
 */
public record ItemRow(
    String key, ObjectNode shown, Map<String, Scores> columns, Map<String, Double> weights) {

  private static final String SUMS = "sums";

  /**
   * What one column made of the item.
   *
   * @param metrics by name
   * @param sums by name of the metric, what its figure over items is taken of where it is not the
   *     mean of the items' values: {@link TaskResult#figure}
   * @param shown for people: log-likelihoods, answers
   */
  public record Scores(Map<String, Double> metrics, Map<String, double[]> sums, ObjectNode shown) {}

  /** A row without scores yet. */
  public static ItemRow of(String key) {
    return new ItemRow(
        key, new ObjectMapper().createObjectNode(), new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /** Adds a column. */
  public Scores column(String name) {
    return columns.computeIfAbsent(
        name,
        n ->
            new Scores(
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new ObjectMapper().createObjectNode()));
  }

  /** The row as it stands in a file: one line of JSON. */
  public String toLine() {
    return toJson().toString();
  }

  /**
   * Reads a line that {@link #toLine} wrote, with all that it shows.
   *
   * @throws org.lensdl4j.model.base.LensException if it is none
   */
  public static ItemRow fromLine(String line) {
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(line);
    } catch (JsonProcessingException e) {
      throw new LensException("not a row of items: " + e.getOriginalMessage(), e);
    }
    ItemRow row = fromJson(json);
    for (Map.Entry<String, JsonNode> e : json.properties()) {
      if (!List.of("key", "columns", "weights").contains(e.getKey())) {
        row.shown().set(e.getKey(), e.getValue());
      }
    }
    return row;
  }

  ObjectNode toJson() {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("key", key).setAll(shown);
    ObjectNode all = out.putObject("columns");
    columns.forEach(
        (name, scores) -> {
          ObjectNode node = all.putObject(name);
          ObjectNode metrics = node.putObject("metrics");
          scores.metrics().forEach(metrics::put);
          if (!scores.sums().isEmpty()) {
            ObjectNode sums = node.putObject(SUMS);
            scores.sums().forEach((m, s) -> Arrays.stream(s).forEach(sums.withArray(m)::add));
          }
          node.setAll(scores.shown());
        });
    if (!weights.isEmpty()) {
      ObjectNode node = out.putObject("weights");
      weights.forEach(node::put);
    }
    return out;
  }

  /** A row as written; of what is shown only what columns show is kept. */
  static ItemRow fromJson(JsonNode json) {
    ItemRow row = of(json.path("key").asText());
    for (Map.Entry<String, JsonNode> e : json.path("columns").properties()) {
      Scores scores = row.column(e.getKey());
      for (Map.Entry<String, JsonNode> m : e.getValue().path("metrics").properties()) {
        scores.metrics().put(m.getKey(), m.getValue().asDouble());
      }
      for (Map.Entry<String, JsonNode> m : e.getValue().path(SUMS).properties()) {
        double[] numbers = new double[m.getValue().size()];
        Arrays.setAll(numbers, i -> m.getValue().get(i).asDouble());
        scores.sums().put(m.getKey(), numbers);
      }
      e.getValue()
          .fields()
          .forEachRemaining(
              shown -> {
                if (!shown.getKey().equals("metrics") && !shown.getKey().equals(SUMS)) {
                  scores.shown().set(shown.getKey(), shown.getValue());
                }
              });
    }
    json.path("weights")
        .fields()
        .forEachRemaining(m -> row.weights().put(m.getKey(), m.getValue().asDouble()));
    return row;
  }
}
