package org.lensdl4j.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.StepReport;
import org.lensdl4j.model.base.LensException;

/** The JSON form of {@link TrialResult}. */
final class TrialJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TrialJson() {}

  static String write(TrialResult result) {
    try {
      ObjectNode root = JSON.createObjectNode();
      root.set("config", JSON.readTree(result.config().toJson()));
      root.put("split", result.split())
          .put("items", result.items())
          .put("train_seconds", result.trainSeconds())
          .put("measure_seconds", result.measureSeconds());
      ArrayNode pooled = root.putArray("pooled");
      result
          .pooled()
          .forEach(
              (measure, e) ->
                  interval(pooled.addObject().put("measure", measure.id()), e.difference())
                      .put("before", e.before().value())
                      .put("after", e.after().value())
                      .put("p", e.p()));
      root.set("changes", JSON.readTree(result.comparison().toJson()).get("changes"));
      root.set("steps", JSON.valueToTree(result.steps()));
      ArrayNode values = root.putArray("values");
      for (ItemValues v : result.values()) {
        ObjectNode node = values.addObject();
        node.put("measure", v.measure().id()).put("language", v.language());
        numbers(node.putArray("before"), v.before());
        numbers(node.putArray("after"), v.after());
        numbers(node.putArray("weights"), v.weights());
      }
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode interval(ObjectNode node, Interval interval) {
    return node.put("difference", interval.value())
        .put("low", interval.low())
        .put("high", interval.high());
  }

  private static void numbers(ArrayNode to, double[] values) {
    for (double v : values) {
      to.add(v);
    }
  }

  static TrialResult read(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      List<ItemValues> values = new ArrayList<>();
      for (JsonNode v : required(root, "values")) {
        values.add(
            new ItemValues(
                measure(required(v, "measure").asText()),
                required(v, "language").asText(),
                numbers(v, "before"),
                numbers(v, "after"),
                numbers(v, "weights")));
      }
      List<StepReport> steps = new ArrayList<>();
      for (JsonNode s : required(root, "steps")) {
        steps.add(JSON.treeToValue(s, StepReport.class));
      }
      return new TrialResult(
          LensConfig.fromJson(required(root, "config").toString()),
          required(root, "split").asText(),
          values,
          steps,
          required(root, "train_seconds").asDouble(),
          required(root, "measure_seconds").asDouble());
    } catch (JsonProcessingException e) {
      throw new LensException("trial result: " + e.getOriginalMessage(), e);
    }
  }

  private static Measure measure(String name) {
    return Measure.named(name)
        .orElseThrow(
            () ->
                new LensException(
                    String.format(Locale.ROOT, "trial result: field measure: found '%s'", name)));
  }

  private static JsonNode required(JsonNode node, String field) {
    if (node == null || !node.has(field)) {
      throw new LensException(
          String.format(Locale.ROOT, "trial result: field %s is missing", field));
    }
    return node.get(field);
  }

  private static double[] numbers(JsonNode node, String field) {
    JsonNode array = required(node, field);
    double[] out = new double[array.size()];
    for (int i = 0; i < out.length; i++) {
      JsonNode x = array.get(i);
      if (!x.isNumber() && !List.of("NaN", "Infinity", "-Infinity").contains(x.asText())) {
        throw new LensException(
            String.format(
                Locale.ROOT, "trial result: field %s: found %s, expected numbers", field, x));
      }
      out[i] = Double.parseDouble(x.asText());
    }
    return out;
  }
}
