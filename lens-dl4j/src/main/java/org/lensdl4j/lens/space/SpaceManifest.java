package org.lensdl4j.lens.space;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.model.base.LensException;

/**
 * The metadata in a space's file, as JSON.
 *
 * @param format {@code lens-space}
 * @param version of the format, 1
 * @param counts texts per language, in the order of the tensors' second axis
 * @param layers K; the tensors hold layers 1..K
 * @param hiddenSize d
 * @param rank r
 * @param agnosticRank q
 * @param coordinates that the bases are orthonormal in; null for states as they are
 * @param from model, prompt, position, texts, options and code
 */
record SpaceManifest(
    String format,
    int version,
    String central,
    Map<String, Long> counts,
    int layers,
    int hiddenSize,
    int rank,
    int agnosticRank,
    @JsonInclude(JsonInclude.Include.NON_NULL) String coordinates,
    Provenance from) {
  private static final String FORMAT = "lens-space";
  private static final int VERSION = 1;
  private static final String STANDARDISED = "standardised";
  private static final int MAX_LAYERS = 4096;
  private static final int MAX_SIZE = 1 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  static SpaceManifest of(LanguageSpace space) {
    Map<String, Long> counts = new LinkedHashMap<>();
    space.languages().forEach(l -> counts.put(l, space.count(l)));
    return new SpaceManifest(
        FORMAT,
        VERSION,
        space.central(),
        counts,
        space.layers(),
        space.hiddenSize(),
        space.rank(),
        space.agnosticRank(),
        space.coordinates() == LossCoordinates.RAW ? null : STANDARDISED,
        space.provenance());
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static SpaceManifest read(String json, Path file) {
    SpaceManifest m;
    try {
      m = JSON.readValue(json, SpaceManifest.class);
    } catch (JsonProcessingException e) {
      throw new LensException(file + ": the manifest cannot be read: " + e.getOriginalMessage(), e);
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
    if (m.counts == null || m.from == null || !m.counts.containsKey(m.central)) {
      throw new LensException(
          file + ": the manifest lacks counts, from, or a central language among the counts");
    }
    m.check(file);
    return m;
  }

  private void check(Path file) {
    int languages = counts.size();
    range(file, "layers", layers, 1, MAX_LAYERS);
    range(file, "hiddenSize", hiddenSize, 2, MAX_SIZE);
    range(file, "languages", languages, 2, MAX_SIZE);
    range(file, "rank", rank, 1, Math.min(languages, hiddenSize) - 1);
    range(file, "agnosticRank", agnosticRank, 1, hiddenSize - rank);
    if (coordinates != null && !coordinates.equals(STANDARDISED)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: manifest: coordinates: found %s, expected none or %s",
              file,
              coordinates,
              STANDARDISED));
    }
    for (Map.Entry<String, Long> e : new HashSet<>(counts.entrySet())) {
      if (e.getValue() == null || e.getValue() < 1) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: manifest: found %s texts of %s, expected at least 1",
                file,
                e.getValue(),
                e.getKey()));
      }
    }
  }

  private static void range(Path file, String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: manifest: %s: found %d, expected %d to %d",
              file,
              field,
              value,
              least,
              most));
    }
  }

  /**
   * @param deviations whether the file has them
   */
  SpaceData emptyData(boolean deviations) {
    return new SpaceData(layers, counts.size(), rank, agnosticRank, hiddenSize, deviations);
  }

  LanguageSpace space(SpaceData data) {
    List<String> languages = List.copyOf(counts.keySet());
    return new LanguageSpace(
        languages, central, List.copyOf(counts.values()), inCoordinates(), data, from);
  }

  LossCoordinates inCoordinates() {
    return coordinates == null ? LossCoordinates.RAW : LossCoordinates.STANDARDISED;
  }
}
