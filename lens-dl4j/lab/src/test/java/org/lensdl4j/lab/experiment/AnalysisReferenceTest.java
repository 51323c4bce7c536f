package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.experiment.PositionEffect.LayerAngles;
import org.lensdl4j.lab.experiment.StatesPca.Point;
import org.lensdl4j.lab.experiment.StatesPca.Space;
import org.lensdl4j.lab.experiment.StatesPca.View;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;

/** Figures against numpy's ({@code make_analysis_reference.py}). */
class AnalysisReferenceTest {
  private static final List<String> LANGUAGES = List.of("en", "sw", "zh");

  private JsonNode stored;
  private Map<String, float[][]> before;
  private Map<String, float[][]> after;
  private LanguageSpace space;
  private List<String> ids;

  @BeforeEach
  void read() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/reference/analysis.json")) {
      stored = new ObjectMapper().readTree(in);
    }
    before = states("before");
    after = states("after");
    space = space(before);
    ids = IntStream.range(0, before.get("en").length).mapToObj(Integer::toString).toList();
  }

  private Map<String, float[][]> states(String name) {
    Map<String, float[][]> out = new LinkedHashMap<>();
    for (int l = 0; l < LANGUAGES.size(); l++) {
      double[][] rows = matrix(stored.get(name).get(l));
      float[][] own = new float[rows.length][rows[0].length];
      for (int i = 0; i < own.length; i++) {
        for (int k = 0; k < own[i].length; k++) {
          own[i][k] = (float) rows[i][k];
        }
      }
      out.put(LANGUAGES.get(l), own);
    }
    return out;
  }

  private static double[] vector(JsonNode node) {
    double[] out = new double[node.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = node.get(i).asDouble();
    }
    return out;
  }

  private static double[][] matrix(JsonNode node) {
    double[][] out = new double[node.size()][];
    for (int i = 0; i < out.length; i++) {
      out[i] = vector(node.get(i));
    }
    return out;
  }

  private static LanguageSpace space(Map<String, float[][]> states) {
    LanguageStatistics statistics =
        new LanguageStatistics(LANGUAGES, 1, states.get("en")[0].length);
    states.forEach((language, own) -> List.of(own).forEach(h -> statistics.add(language, 1, h)));
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel("made up"));
  }

  @Test
  void principalComponentsUpToTheirSign() {
    StatesPca pca = StatesPca.of(space, ids, before, after, 1);

    for (Space where : Space.values()) {
      View view = pca.view(where);
      JsonNode expected = stored.get("pca").get(where.ordinal());
      double[][] scores = matrix(expected.get("scores"));
      double[] explained = vector(expected.get("explained"));
      assertThat(view.points()).hasSize(scores.length);
      for (int component = 0; component < scores[0].length; component++) {
        assertThat(view.explained().get(component)).isCloseTo(explained[component], within(1e-9));
        double sign = Math.signum(at(view.points().get(0), component) * scores[0][component]);
        for (int i = 0; i < scores.length; i++) {
          assertThat(at(view.points().get(i), component))
              .as("%s, point %d", where, i)
              .isCloseTo(sign * scores[i][component], within(1e-6));
        }
      }
      assertThat(view.between().value())
          .isCloseTo(expected.get("between").asDouble(), within(1e-9));
      assertThat(view.betweenAfter().value())
          .isCloseTo(expected.get("betweenAfter").asDouble(), within(1e-9));
    }
  }

  private static double at(Point point, int component) {
    return component == 0 ? point.first() : point.second();
  }

  @Test
  void energies() {
    LayerProfile.Builder builder = new LayerProfile.Builder(space, "en", ids, 1);
    builder.visit(1, before, null);
    LayerProfile profile = builder.build();

    assertEnergy(profile, "specific", Measure.SPECIFIC_ENERGY, Measure.SPECIFIC_VARIANCE);
    assertEnergy(profile, "agnostic", Measure.AGNOSTIC_ENERGY, Measure.AGNOSTIC_VARIANCE);
  }

  private void assertEnergy(LayerProfile profile, String name, Measure energy, Measure variance) {
    JsonNode expected = stored.get("energy").get(name);
    for (int l = 0; l < LANGUAGES.size(); l++) {
      assertThat(profile.of(energy, LANGUAGES.get(l)).get(0).before().value())
          .isCloseTo(expected.get("share").get(l).asDouble(), within(1e-9));
      assertThat(profile.of(variance, LANGUAGES.get(l)).get(0).before().value())
          .isCloseTo(expected.get("variance").get(l).asDouble(), within(1e-9));
    }
  }

  @Test
  void anglesBetweenSpaces() {
    LayerAngles found = PositionEffect.angles(space, space(states("other"))).get(0);

    assertThat(found.specific())
        .usingComparatorWithPrecision(1e-6)
        .containsExactly(vector(stored.get("angles").get("specific")));
    assertThat(found.agnostic())
        .usingComparatorWithPrecision(1e-6)
        .containsExactly(vector(stored.get("angles").get("agnostic")));
  }

  @Test
  void rankCorrelationAndItsP() {
    JsonNode rank = stored.get("rank");
    RankCorrelation found = RankCorrelation.of(matrix(rank.get("x")), matrix(rank.get("y")), 1);

    assertThat(found.rho()).isCloseTo(rank.get("rho").asDouble(), within(1e-12));
    assertThat(found.p()).isCloseTo(rank.get("p").asDouble(), within(1e-12));
    assertThat(found.least()).isEqualTo(1 / 24.0);
  }
}
