package org.lensdl4j.model.config;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What one {@code model_type} means: its structure and defaults, as in {@code transformers}, and
 * which keys of {@code config.json} change them. {@link Families} lists all.
 *
 * @param modelType Hugging Face's name
 * @param architecture the class that {@code transformers} loads
 * @param aliases the family's names of common keys, by LLaMA's name
 * @param defaults fills in structure and defaults
 * @param details reads the keys of this family alone, after the common ones
 */
record Family(
    String modelType,
    String architecture,
    Map<String, String> aliases,
    Consumer<ConfigDraft> defaults,
    BiConsumer<ConfigReader, ConfigDraft> details) {

  Family(
      String modelType,
      String architecture,
      Consumer<ConfigDraft> defaults,
      BiConsumer<ConfigReader, ConfigDraft> details) {
    this(modelType, architecture, Map.of(), defaults, details);
  }

  /** A description with this family's structure and defaults. */
  ConfigDraft draft() {
    ConfigDraft out = new ConfigDraft(modelType);
    defaults.accept(out);
    return out;
  }
}
