package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lensdl4j.lens.space.AgnosticFit;
import org.lensdl4j.lens.space.Subspaces;

/** Agnostic subspaces of several directions against NumPy's ({@code make_space_reference.py}). */
class AgnosticReferenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> subspaces() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/reference/agnostic.json")) {
      JsonNode cases = JSON.readTree(in).get("cases");
      return StreamSupport.stream(cases.spliterator(), false)
          .map(c -> DynamicTest.dynamicTest(name(c), () -> check(c)));
    }
  }

  private static String name(JsonNode c) {
    return "%d languages, %d texts, size %d"
        .formatted(
            c.get("states").size(), c.get("states").get(0).size(), c.get("projector").size());
  }

  private static void check(JsonNode c) {
    double[][][] states = JSON.convertValue(c.get("states"), double[][][].class);
    double[][] specific = JSON.convertValue(c.get("specific"), double[][].class);
    double[][] projector = JSON.convertValue(c.get("projector"), double[][].class);
    double[] correlations = JSON.convertValue(c.get("correlations"), double[].class);
    AgnosticFit fit = AgnosticFit.of(states, specific, c.get("rank").asInt(), 1);
    for (int i = 0; i < projector.length; i++) {
      double[] unit = new double[projector.length];
      unit[i] = 1;
      double[] column = Subspaces.project(fit.directions(), unit);
      for (int j = 0; j < column.length; j++) {
        assertThat(column[j]).isCloseTo(projector[i][j], within(1e-9));
      }
    }
    for (int k = 0; k < correlations.length; k++) {
      assertThat(fit.correlations()[k]).isCloseTo(correlations[k], within(1e-9));
    }
  }
}
