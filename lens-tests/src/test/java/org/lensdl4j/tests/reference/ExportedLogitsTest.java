package org.lensdl4j.tests.reference;

import static org.lensdl4j.tests.reference.Near.assertNear;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.fixtures.TensorNames;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is exported with changed tensors, transformers loads, and computes the trunk's logits. */
@Tag("python")
class ExportedLogitsTest {
  private static final int[] IDS = IntStream.range(0, 24).map(i -> 3 + (i * 37) % 371).toArray();

  @TempDir Path folder;

  @Test
  void tinyModelsOfAllVariants() {
    List<Path> exported = new ArrayList<>();
    for (TinyModel variant : TinyModels.ALL) {
      exported.add(exportChanged(TinyModels.write(variant, folder.resolve("from"))));
    }
    logitsAreEqual(exported, 1e-5);
  }

  @Test
  @Tag("weights")
  void theRealModelFromItsGguf() {
    logitsAreEqual(List.of(exportChanged(Prerequisite.WEIGHTS.path())), 2e-5);
  }

  /** Adds a little to two tensors of the last layer and exports. */
  private Path exportChanged(Path source) {
    Path out = folder.resolve("exported").resolve(source.getFileName().toString());
    try (TransformerModel model = TransformerModel.open(source)) {
      int last = model.config().layers() - 1;
      Map<String, INDArray> changed = new HashMap<>();
      for (String part : List.of("self_attn.o_proj.weight", "input_layernorm.weight")) {
        String name = TensorNames.layer(last, part);
        changed.put(name, model.weights().read(name).muli(1.25));
      }
      ModelDirectoryWriter.of(model).changed(changed).write(out);
      changed.values().forEach(INDArray::close);
    }
    return out;
  }

  private void logitsAreEqual(List<Path> exported, double tolerance) {
    load(exported, IDS, folder);
    for (Path model : exported) {
      StoredValues theirs = StoredValues.file(Path.of(model + ".logits"));
      assertNear(model.toString(), logits(model), theirs.values("logits"), tolerance);
    }
  }

  /** Has transformers load directories and write what it computes, each into a file beside it. */
  static void load(List<Path> exported, int[] ids, Path folder) {
    List<String> arguments = new ArrayList<>();
    for (Path model : exported) {
      arguments.add(model.toString());
      arguments.add(IntStream.of(ids).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
      arguments.add(model + ".logits");
    }
    PythonScript.run(folder.resolve("log"), "compare_export.py", arguments);
  }

  private static double[] logits(Path source) {
    try (TransformerModel model = TransformerModel.open(source);
        Trunk trunk = model.trunk().build();
        HiddenStates states = trunk.embed(List.of(TokenSequence.of(IDS)))) {
      trunk.advance(states, model.config().layers(), Outputs.ALL_TOKENS, null);
      float[][] rows = new float[IDS.length][states.hiddenSize()];
      for (int t = 0; t < rows.length; t++) {
        states.token(0, t, rows[t]);
      }
      try (INDArray hidden = Nd4j.createFromArray(rows);
          INDArray logits = trunk.logits(hidden)) {
        return Near.values(logits);
      }
    }
  }
}
