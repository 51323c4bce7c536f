package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.lens.steer.ControlVector;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.GgufModelWriter;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.GgufFile;

/** GGUF files of ours, read by the gguf package, hold what our own reader finds in them. */
@Tag("python")
class ExportedGgufTest {
  @TempDir Path folder;

  @Test
  void modelsOfEveryType() {
    List<Path> files = new ArrayList<>();
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      for (DType type : List.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0)) {
        Path file = folder.resolve(type + ".gguf");
        GgufModelWriter.of(model).type(type).write(file);
        files.add(file);
      }
    }
    sameTensors(files, "llama");
  }

  @Test
  void controlVectors() {
    LanguageStatistics statistics = new LanguageStatistics(List.of("en", "sw"), 4, 8);
    for (int layer = 1; layer <= 4; layer++) {
      statistics.add("en", layer, new float[] {1, 2, 3, 4, 5, 6, 7, layer});
      statistics.add("sw", layer, new float[] {2, 2, 1, 4, layer, 6, 8, 1});
    }
    LanguageSpace space = LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel("x"));
    Path file = folder.resolve("sw.gguf");
    ControlVector.write(space, "sw", "llama", 1, file);
    sameTensors(List.of(file), "controlvector");
  }

  private void sameTensors(List<Path> files, String architecture) {
    List<String> arguments = files.stream().map(Path::toString).toList();
    PythonScript.run(folder.resolve("log"), "read_gguf.py", arguments);
    for (Path path : files) {
      StoredValues theirs = StoredValues.file(Path.of(path + ".tensors"));
      try (GgufFile ours = GgufFile.open(path)) {
        assertThat(ours.metadata().string("general.architecture")).contains(architecture);
        for (String name : ours.tensors().keySet()) {
          double[] found = Near.doubles(ours.readFloats(name));
          assertNear(path.getFileName() + " " + name, found, theirs.values(name), 1e-6);
        }
      }
    }
  }
}
