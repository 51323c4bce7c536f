package org.lensdl4j.tests.reference;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;

/** Trunk, statistics and probe together against PyTorch, in all variants of the architecture. */
class TinySpaceTest {
  /** Rounding of the states, magnified by means that lie close together. */
  private static final double TOLERANCE = 1e-4;

  static final List<TinyModel> VARIANTS = TinyModels.ALL;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void spacesOfAllLayers(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder)) {
      LanguageSpace space = Probing.space(r.model, r.languages(), r.texts(TinyReference.PROMPTS));
      for (int layer = 1; layer <= r.layers(); layer++) {
        SpaceReference.of(r.stored, "space.", layer - 1, r.languages())
            .assertEqual(space, layer, TOLERANCE);
      }
    }
  }
}
