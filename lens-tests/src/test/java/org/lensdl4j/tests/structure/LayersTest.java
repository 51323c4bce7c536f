package org.lensdl4j.tests.structure;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Data flows one way: each package depends on packages before it only (docs/architecture.md). */
class LayersTest {
  /** In the order of the data's way, nearest to the files first. */
  static final List<String> STATIONS =
      List.of(
          "model.base",
          "model.weights",
          "model.config",
          "model.template",
          "model.text",
          "model.trunk",
          "model.graph",
          "model.generate",
          "model",
          "model.export",
          "model.onnx",
          "lens.config",
          "lens.corpus",
          "lens.states",
          "lens.space",
          "lens.space.health",
          "lens.steer",
          "lens.loss",
          "lens.train",
          "lens.nn",
          "lens",
          "lab.measure",
          "lab.chart",
          "lab.evaluate.fidelity",
          "lab.evaluate.tasks",
          "lab.evaluate",
          "lab.experiment",
          "lab.search",
          "lab.baselines",
          "lab.report",
          "examples.report",
          "examples.quickstart",
          "examples.inspect",
          "examples.cli",
          "examples.library",
          "examples.programs");

  private static final JavaClasses CODE = Sources.CODE;

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.lensdl4j.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void packagesDependOnEarlierStationsOnly() {
    LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String station : STATIONS) {
      layers = layers.layer(station).definedBy("org.lensdl4j." + station);
    }
    for (int i = 0; i < STATIONS.size(); i++) {
      List<String> later = STATIONS.subList(i + 1, STATIONS.size());
      layers =
          later.isEmpty()
              ? layers.whereLayer(STATIONS.get(i)).mayNotBeAccessedByAnyLayer()
              : layers
                  .whereLayer(STATIONS.get(i))
                  .mayOnlyBeAccessedByLayers(later.toArray(String[]::new));
    }
    layers.check(CODE);
  }

  @Test
  void everyPackageIsAStation() {
    List<String> packages =
        CODE.stream()
            .map(c -> c.getPackageName())
            .filter(p -> !p.startsWith("org.lensdl4j.tests"))
            .map(p -> p.substring("org.lensdl4j.".length()))
            .distinct()
            .toList();
    org.assertj.core.api.Assertions.assertThat(packages)
        .containsExactlyInAnyOrderElementsOf(STATIONS);
  }
}
