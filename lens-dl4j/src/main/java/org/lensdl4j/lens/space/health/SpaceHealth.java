package org.lensdl4j.lens.space.health;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/**
 * What a {@link HealthCheck} found of the specific subspace of each layer.
 *
 * @param languages in the order of the space
 * @param central the language that directions start from
 * @param rank r
 * @param texts of the language that has the fewest
 * @param parallel whether the texts say the same in every language
 * @param draws of each kind
 * @param seed of the draws
 * @param coordinates that states were measured in: {@code raw} or {@code standardised}
 * @param layers in order
 */
public record SpaceHealth(
    List<String> languages,
    String central,
    int rank,
    int texts,
    boolean parallel,
    int draws,
    long seed,
    String coordinates,
    List<LayerHealth> layers) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** Copies the lists. */
  public SpaceHealth {
    languages = List.copyOf(languages);
    layers = List.copyOf(layers);
  }

  /**
   * One layer.
   *
   * @param layer 1..K
   */
  public LayerHealth layer(int layer) {
    return layers.stream()
        .filter(l -> l.layer() == layer)
        .findFirst()
        .orElseThrow(
            () ->
                new LensException(
                    String.format(Locale.ROOT, "health: found no layer %d, expected one", layer)));
  }

  /** Whether nothing was found against any layer's subspace. */
  public boolean trusted() {
    return layers.stream().allMatch(LayerHealth::trusted);
  }

  /** A table of all layers and what it means in words. */
  public String stats() {
    return HealthText.of(this);
  }

  /** The JSON form: the fields by their names. */
  public String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads the JSON form.
   *
   * @throws LensException if it is not one
   */
  public static SpaceHealth fromJson(String json) {
    try {
      SpaceHealth read = JSON.readValue(json, SpaceHealth.class);
      if (read == null) {
        throw new LensException("space health: found null, expected an object");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new LensException("space health: " + e.getOriginalMessage(), e);
    }
  }
}
