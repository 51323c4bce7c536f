package org.lensdl4j.lab.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.lensdl4j.lens.config.LensConfig;

/** Reads what a configuration has of a parameter. */
final class CandidateValues {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CandidateValues() {}

  static Object of(LensConfig config, String name, List<Parameter> parameters) {
    String own = LensCandidateSpace.LAMBDA + ".";
    if (name.equals(LensCandidateSpace.LAMBDA)) {
      // Of a language that has none of its own.
      return config.targets().stream()
          .filter(l -> parameters.stream().noneMatch(p -> p.name().equals(own + l)))
          .findFirst()
          .map(config::lambda)
          .orElse(1.0);
    }
    if (name.startsWith(own)) {
      return config.lambda(name.substring(own.length()));
    }
    try {
      JsonNode value = JSON.readTree(config.toJson()).get(name);
      return value.isNumber()
          ? value.numberValue()
          : value.isBoolean() ? (Object) value.booleanValue() : value.asText();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
