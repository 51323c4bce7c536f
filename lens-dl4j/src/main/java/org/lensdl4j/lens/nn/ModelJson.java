package org.lensdl4j.lens.nn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import org.lensdl4j.model.config.ModelConfig;

/** A model's configuration as the text that a layer's configuration holds. */
final class ModelJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelJson() {}

  static String write(ModelConfig config) {
    try {
      return JSON.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a model's configuration has no JSON form", e);
    }
  }

  static ModelConfig read(String model, String layer) {
    try {
      return JSON.readValue(model, ModelConfig.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the model's configuration cannot be read: %s",
              layer,
              e.getOriginalMessage()),
          e);
    }
  }
}
