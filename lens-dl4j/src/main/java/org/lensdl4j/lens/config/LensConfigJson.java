package org.lensdl4j.lens.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/** The JSON form of {@link LensConfig}. */
final class LensConfigJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private LensConfigJson() {}

  static String write(LensConfig config) {
    Map<String, Object> plain = new LinkedHashMap<>();
    for (Option option : LensOptions.TABLE.all()) {
      // Runs on parallel texts keep the form that they always had.
      if (LensOptions.written(option.name(), config)) {
        plain.put(option.name(), option.json(config.values().get(option.name())));
      }
    }
    return JSON.valueToTree(plain).toPrettyString();
  }

  static LensConfig read(String json) {
    Object found;
    try {
      found = JSON.readValue(JsonFiles.withoutMark(json), Object.class);
    } catch (JsonProcessingException e) {
      throw new LensException("configuration is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!(found instanceof Map<?, ?> values)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "configuration: found %s, expected a JSON object",
              Option.described(found)));
    }
    LensConfigBuilder builder = LensConfig.builder();
    values.forEach((name, value) -> builder.set((String) name, value));
    return builder.build();
  }
}
