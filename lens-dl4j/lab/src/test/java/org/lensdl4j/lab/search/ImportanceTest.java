package org.lensdl4j.lab.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

/** What matters is told from what does not. */
class ImportanceTest {
  @Test
  void findsTheParameterThatMatters() {
    Seeds.forAll(
        5,
        random -> {
          Map<String, List<Object>> values = new LinkedHashMap<>();
          for (String name : List.of("noise", "real", "choice")) {
            values.put(name, new ArrayList<>());
          }
          double[] gains = new double[60];
          for (int i = 0; i < gains.length; i++) {
            double real = random.nextDouble();
            String choice = List.of("raw", "standardised").get(random.nextInt(2));
            values.get("noise").add(random.nextInt(9));
            values.get("real").add(real);
            values.get("choice").add(choice);
            gains[i] = 3 * real + (choice.equals("raw") ? 0 : 1) + 0.1 * random.nextGaussian();
          }
          List<Importance> found = Importance.of(values, gains, 1);
          assertThat(found.get(0).parameter()).isEqualTo("real");
          assertThat(found.get(0).explained()).isGreaterThan(0.4);
          assertThat(found.get(0).p()).isLessThan(0.01);
          assertThat(found.get(0).rankCorrelation()).isGreaterThan(0.6);
          assertThat(found.get(1).parameter()).isEqualTo("choice");
          assertThat(found.get(1).rankCorrelation()).isNaN();
          assertThat(found.get(2).explained()).isLessThan(0.3);
        });
  }

  /** Without any effect it is 0 on average and p is uniform. */
  @Test
  void chanceExplainsNothing() {
    Random random = new Random(7);
    double sum = 0;
    int small = 0;
    for (int run = 0; run < 60; run++) {
      List<Object> values = new ArrayList<>();
      double[] gains = new double[20];
      for (int i = 0; i < gains.length; i++) {
        values.add(random.nextDouble());
        gains[i] = random.nextGaussian();
      }
      Importance found = Importance.of(Map.of("x", values), gains, run).get(0);
      sum += found.explained();
      small += found.p() < 0.1 ? 1 : 0;
    }
    assertThat(sum / 60).isLessThan(0.1);
    assertThat(small).isBetween(0, 15);
  }

  @Test
  void equalValuesAndFewCandidatesAreNothing() {
    assertThat(Importance.of(Map.of("x", List.of(1, 1, 1)), new double[] {1, 2, 3}, 1).get(0).p())
        .isEqualTo(1);
    assertThat(Importance.of(Map.of("x", List.of()), new double[0], 1).get(0).explained()).isZero();
  }
}
