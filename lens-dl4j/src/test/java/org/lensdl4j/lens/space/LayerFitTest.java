package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Seeds;

/** The facts that the method states of its solution, each as a property of random means. */
class LayerFitTest {
  private static final double TINY = 1e-12;
  private static final int TIMES = 200;

  private static int rank(RandomMeans m, Random random) {
    return 1 + random.nextInt(m.count() - 1);
  }

  private static double distance(double[] a, double[] b) {
    return Subspaces.norm(Subspaces.minus(a, b)) / Math.max(1, Subspaces.norm(b));
  }

  @Test
  void specificSubspaceIsTheKnownOne() {
    Seeds.forAll(
        TIMES,
        random -> {
          RandomMeans m = RandomMeans.of(random);
          int rank = rank(m, random);
          LayerFit fit = m.fit(0, rank);
          assertThat(Subspaces.orthonormalityError(fit.specific())).isLessThan(TINY);
          assertThat(Subspaces.distance(fit.specific(), java.util.Arrays.copyOf(m.u(), rank)))
              .isLessThan(TINY);
        });
  }

  @Test
  void agnosticIsTheNearestPointOfTheRefittedMeans() {
    Seeds.forAll(
        TIMES,
        random -> {
          RandomMeans m = RandomMeans.of(random);
          LayerFit fit = m.fit(0, rank(m, random));
          double[] unit = fit.agnostic()[0];
          assertThat(Subspaces.norm(unit)).isCloseTo(1, within(TINY));
          assertThat(Subspaces.norm(Subspaces.project(fit.specific(), unit))).isLessThan(TINY);
          // a itself: the point of the hull { mbar + S z } that the unit vector points to.
          double length = ThinSvd.dot(unit, m.mbar(), 0);
          double[] a = java.util.Arrays.stream(unit).map(x -> x * length).toArray();
          double[] inHull = Subspaces.minus(a, m.mbar());
          assertThat(distance(Subspaces.project(fit.specific(), inHull), inHull)).isLessThan(TINY);
          for (double[] mean : m.means()) {
            double[] refitted = m.mbar().clone();
            double[] part = Subspaces.project(fit.specific(), Subspaces.minus(mean, m.mbar()));
            for (int i = 0; i < refitted.length; i++) {
              refitted[i] += part[i];
            }
            // Nearest to the origin: orthogonal to every way along the hull.
            assertThat(ThinSvd.dot(a, Subspaces.minus(refitted, a), 0))
                .isCloseTo(0, within(TINY * Subspaces.norm(a) * Subspaces.norm(refitted) * 10));
          }
        });
  }

  @Test
  void fullRankDirectionsAreDifferencesOfMeans() {
    Seeds.forAll(
        TIMES,
        random -> {
          RandomMeans m = RandomMeans.of(random);
          int central = random.nextInt(m.count());
          LayerFit fit = m.fit(central, m.count() - 1);
          for (int l = 0; l < m.count(); l++) {
            double[] difference = Subspaces.minus(m.means()[l], m.means()[central]);
            assertThat(distance(fit.directions()[l], difference)).isLessThan(TINY);
          }
        });
  }

  @Test
  void centralLanguageHasNoDirection() {
    Seeds.forAll(
        TIMES,
        random -> {
          RandomMeans m = RandomMeans.of(random);
          int central = random.nextInt(m.count());
          assertThat(m.fit(central, rank(m, random)).directions()[central]).containsOnly(0.0);
        });
  }

  @Test
  void ofTwoLanguagesTheSubspaceIsTheirDifference() {
    Seeds.forAll(
        TIMES,
        random -> {
          RandomMeans m = RandomMeans.of(random, 2, 2 + random.nextInt(30));
          double[] difference = Subspaces.minus(m.means()[1], m.means()[0]);
          double[] s = m.fit(0, 1).specific()[0];
          double cosine = ThinSvd.dot(s, difference, 0) / Subspaces.norm(difference);
          assertThat(Math.abs(cosine)).isCloseTo(1, within(TINY));
        });
  }

  @Test
  void orderOfLanguagesDoesNotMatter() {
    Seeds.forAll(
        TIMES,
        random -> {
          RandomMeans m = RandomMeans.of(random);
          int rank = rank(m, random);
          List<Integer> order = new ArrayList<>();
          for (int i = 0; i < m.count(); i++) {
            order.add(i);
          }
          Collections.shuffle(order, random);
          double[][] shuffled = order.stream().map(i -> m.means()[i]).toArray(double[][]::new);
          LayerFit one = m.fit(0, rank);
          LayerFit two = LayerFit.of(shuffled, m.languages(), order.indexOf(0), rank, 1);
          assertThat(Subspaces.distance(one.specific(), two.specific())).isLessThan(TINY);
          assertThat(distance(one.agnostic()[0], two.agnostic()[0])).isLessThan(TINY);
          for (int i = 0; i < m.count(); i++) {
            assertThat(distance(two.directions()[i], one.directions()[order.get(i)]))
                .isLessThan(TINY);
          }
        });
  }

  @Test
  void orthogonalMapsGoThrough() {
    Seeds.forAll(
        TIMES / 2,
        random -> {
          RandomMeans m = RandomMeans.of(random);
          int size = m.mbar().length;
          double[][] q = RandomMeans.orthonormal(random, size, size, new double[0][]);
          int rank = rank(m, random);
          LayerFit one = m.fit(0, rank);
          LayerFit two = LayerFit.of(map(q, m.means()), m.languages(), 0, rank, 1);
          assertThat(Subspaces.distance(map(q, one.specific()), two.specific())).isLessThan(TINY);
          assertThat(distance(two.agnostic()[0], map(q, one.agnostic())[0])).isLessThan(TINY);
          for (int l = 0; l < m.count(); l++) {
            assertThat(distance(two.directions()[l], map(q, one.directions())[l])).isLessThan(TINY);
          }
        });
  }

  private static double[][] map(double[][] q, double[][] vectors) {
    double[][] out = new double[vectors.length][q.length];
    for (int v = 0; v < vectors.length; v++) {
      for (int i = 0; i < q.length; i++) {
        out[v][i] = ThinSvd.dot(q[i], vectors[v], 0);
      }
    }
    return out;
  }

  @Test
  void sameMeansAreRefusedByName() {
    Seeds.forAll(
        TIMES / 10,
        random -> {
          RandomMeans m = RandomMeans.of(random, 5, 20);
          m.means()[3] = m.means()[1].clone();
          m.means()[3][2] += 1e-9;
          assertThatThrownBy(() -> m.fit(0, 1))
              .isInstanceOf(LensException.class)
              .hasMessageContaining("layer 1: languages l1 and l3 have the same mean state");
        });
  }

  @Test
  void meansOnOneLineAreRefusedBeyondRankOne() {
    Seeds.forAll(
        TIMES / 10,
        random -> {
          RandomMeans m = RandomMeans.of(random, 3, 20);
          for (int i = 0; i < 20; i++) {
            m.means()[2][i] = 3 * m.means()[1][i] - 2 * m.means()[0][i];
          }
          assertThat(m.fit(0, 1).specific()).hasNumberOfRows(1);
          assertThatThrownBy(() -> m.fit(0, 2))
              .hasMessageContaining("[l0, l1, l2] span only 1 dimensions, expected rank 2");
        });
  }

  @Test
  void meansAroundTheOriginHaveNoAgnosticDirection() {
    double[][] means = {{1, 0, 0}, {-1, 0, 0}};
    assertThatThrownBy(() -> LayerFit.of(means, List.of("a", "b"), 0, 1, 4))
        .hasMessageContaining("layer 4: the mean of all languages lies in the specific subspace");
  }

  @Test
  void equalsNumpy() throws Exception {
    JsonNode cases;
    try (InputStream in = LayerFitTest.class.getResourceAsStream("reference.json")) {
      cases = new ObjectMapper().readTree(in);
    }
    assertThat(cases).hasSize(4);
    ObjectMapper json = new ObjectMapper();
    for (JsonNode c : cases) {
      double[][] means = json.convertValue(c.get("means"), double[][].class);
      double[][] projector = json.convertValue(c.get("projector"), double[][].class);
      double[][] direction = json.convertValue(c.get("direction"), double[][].class);
      double[] singular = json.convertValue(c.get("singular"), double[].class);
      List<String> names = List.of("a", "b", "c", "d", "e", "f", "g").subList(0, means.length);
      LayerFit fit = LayerFit.of(means, names, c.get("central").asInt(), c.get("rank").asInt(), 1);
      for (int i = 0; i < projector.length; i++) {
        double[] unit = new double[projector.length];
        unit[i] = 1;
        assertThat(Subspaces.project(fit.specific(), unit))
            .containsExactly(projector[i], within(TINY));
      }
      for (int l = 0; l < means.length; l++) {
        assertThat(fit.directions()[l]).containsExactly(direction[l], within(TINY));
      }
      assertThat(fit.agnostic()[0])
          .containsExactly(json.convertValue(c.get("agnostic"), double[].class), within(TINY));
      double[] mbar = new double[means[0].length];
      for (double[] mean : means) {
        for (int i = 0; i < mbar.length; i++) {
          mbar[i] += mean[i] / means.length;
        }
      }
      double[][] centred = new double[means.length][];
      for (int l = 0; l < means.length; l++) {
        centred[l] = Subspaces.minus(means[l], mbar);
      }
      assertThat(ThinSvd.of(centred).values()).containsExactly(singular, within(TINY));
    }
  }
}
