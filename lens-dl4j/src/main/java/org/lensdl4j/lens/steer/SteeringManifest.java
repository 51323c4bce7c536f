package org.lensdl4j.lens.steer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.lensdl4j.model.base.LensException;

/**
 * The settings in a steering's file, as JSON.
 *
 * @param format {@code lens-steering}
 * @param version of the format, 1
 * @param setting as {@link SteeringSetting} writes it
 * @param strength of the setting
 * @param share of the setting
 * @param restored whether states are given their length again
 * @param away what directions lead away from
 * @param tokens whose states are moved
 * @param layers that are steered, in the order of the tensor's first axis
 * @param of K, layers of the model
 * @param hiddenSize d
 * @param languages in the order of the tensor's second axis
 * @param modelHash hash of the model's weights
 * @param model name of the model's file or folder
 * @param position at which the space was probed
 * @param space fingerprint of the space that the directions are of
 */
record SteeringManifest(
    String format,
    int version,
    String setting,
    double strength,
    boolean share,
    boolean restored,
    String away,
    SteeringTokens tokens,
    List<Integer> layers,
    int of,
    int hiddenSize,
    List<String> languages,
    String modelHash,
    String model,
    String position,
    String space) {
  static final String FORMAT = "lens-steering";
  static final int VERSION = 1;
  private static final int MAX_LAYERS = 4096;
  private static final int MAX_SIZE = 1 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .build();

  SteeringManifest {
    layers = layers == null ? null : List.copyOf(layers);
    languages = languages == null ? null : List.copyOf(languages);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static SteeringManifest read(String json, Path file) {
    SteeringManifest m;
    try {
      m = JSON.readValue(json, SteeringManifest.class);
    } catch (JsonProcessingException | NullPointerException e) {
      throw new LensException(file + ": the settings cannot be read: " + first(e), e);
    }
    if (m == null || !FORMAT.equals(m.format) || m.version != VERSION) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found format %s version %s, expected %s version %d; a newer one needs a newer Lens",
              file,
              m == null ? null : m.format,
              m == null ? null : m.version,
              FORMAT,
              VERSION));
    }
    m.check(file);
    return m;
  }

  private static String first(Exception e) {
    return e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
  }

  private void check(Path file) {
    if (Stream.of(setting, away, tokens, layers, languages, modelHash, model, position, space)
        .anyMatch(Objects::isNull)) {
      throw new LensException(file + ": the settings are not complete");
    }
    if (of < 1 || of > MAX_LAYERS || hiddenSize < 1 || hiddenSize > MAX_SIZE) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found %d layers of size %d, expected those of a model",
              file,
              of,
              hiddenSize));
    }
    SteeringSetting parsed;
    try {
      parsed = SteeringSetting.parse(setting);
      if (!layers.equals(Arrays.stream(parsed.of(of)).boxed().toList())) {
        throw new LensException(
            String.format(Locale.ROOT, "steering '%s': found layers %s", setting, layers));
      }
    } catch (LensException e) {
      throw new LensException(file + ": " + e.getMessage(), e);
    }
    if (parsed.strength() != strength || parsed.share() != share) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found strength %s beside setting '%s', expected the same",
              file,
              strength,
              setting));
    }
    if (languages.isEmpty() || new HashSet<>(languages).size() < languages.size()) {
      throw new LensException(
          String.format(
              Locale.ROOT, "%s: found languages %s, expected different ones", file, languages));
    }
  }
}
