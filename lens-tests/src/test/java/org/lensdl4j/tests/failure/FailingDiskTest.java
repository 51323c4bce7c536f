package org.lensdl4j.tests.failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.lab.report.Report;
import org.lensdl4j.lab.report.ReportFolders;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.steer.ControlVector;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.export.GgufModelWriter;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.testing.EveryFailure;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A disk that fails at every change of every writer in turn: afterwards the old file or the new one
 * is there, whole, and the exception names it.
 */
class FailingDiskTest {
  private static final String WEIGHT = "model.layers.3.self_attn.o_proj.weight";

  @TempDir Path folder;

  private EveryFailure disk() {
    return new EveryFailure(folder.resolve("disk"));
  }

  private EveryFailure diskWith(String file) throws IOException {
    return disk().startingFrom(f -> Files.writeString(f.resolve(file), "what was there"));
  }

  @Test
  void spacesStatisticsAndSteerings() throws IOException {
    LanguageStatistics sums = new LanguageStatistics(List.of("en", "sw", "zh"), 4, 8);
    SplittableRandom random = new SplittableRandom(1);
    for (int layer = 1; layer <= 4; layer++) {
      for (String language : sums.languages()) {
        float[] state = new float[8];
        for (int i = 0; i < state.length; i++) {
          state[i] = (float) random.nextDouble();
        }
        sums.add(language, layer, state);
      }
    }
    LanguageSpace space = LanguageProbe.fit(sums, "en", 0, Provenance.ofModel("00"));
    diskWith("space").of("space", f -> space.save(f.resolve("space")));
    disk().of("sums", f -> sums.save(f.resolve("new/sums")));
    Steering steering = Steering.named("last:1", space);
    diskWith("steer").of("steer", f -> steering.save(f.resolve("steer")));
    Steering lower = Steering.named("2:1", space);
    disk().of("control", f -> ControlVector.write(lower, "sw", "llama", f.resolve("control")));
  }

  @Test
  void hiddenStatesAndEntriesOfTheCache() throws IOException {
    try (TransformerModel model =
            TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
        Trunk trunk = model.trunk().build();
        HiddenStates states =
            trunk.embed(List.of(TokenSequence.of(5, 6, 7), TokenSequence.of(5, 8)))) {
      diskWith("a.states").of("a.states", f -> states.save(f.resolve("a.states")));
      disk().cleanedLater("making-").of("cache", f -> keep(states, f.resolve("cache")));
    }
  }

  private static void keep(HiddenStates states, Path root) {
    new StateCache(root, 1 << 20)
        .open(
            "entry",
            entry -> {
              states.save(entry.resolve("one"));
              states.save(entry.resolve("two"));
            },
            entry -> Files.size(entry.resolve("one")));
  }

  @Test
  void trainedWeights() throws IOException {
    try (INDArray array = Nd4j.rand(3, 4)) {
      diskWith("trained")
          .of(
              "trained",
              f -> TrainedWeights.save(f.resolve("trained"), Map.of("w", array), "m", "c"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void models(boolean gguf) throws IOException {
    Path source = folder.resolve("tiny.gguf");
    if (gguf) {
      Files.write(source, TinyGguf.bytes(TinyModels.GROUPED));
    } else {
      source = TinyModels.write(TinyModels.SHARDED, folder);
    }
    try (TransformerModel model = TransformerModel.open(source);
        INDArray array = Nd4j.rand(32, 32)) {
      Map<String, INDArray> changed = Map.of(WEIGHT, array);
      disk()
          .of("out", f -> ModelDirectoryWriter.of(model).changed(changed).write(f.resolve("out")));
      disk()
          .of(
              "changes",
              f ->
                  ModelDirectoryWriter.of(model)
                      .changed(changed)
                      .writeChanges(f.resolve("changes")));
      disk()
          .of(
              "out.gguf",
              f -> GgufModelWriter.of(model).changed(changed).write(f.resolve("out.gguf")));
    }
  }

  @Test
  void adapters() throws IOException {
    try (LoraAdapters adapters =
        LoraAdapters.fresh(Lora.rank(2), TinyModels.GROUPED.config(), 4, 4)) {
      disk().of("adapter", f -> AdapterFolder.write(f.resolve("adapter"), adapters, "tiny"));
    }
  }

  @Test
  void reports() throws IOException {
    Path evaluation = new ReportFolders(folder).evaluation("e", "careful");
    diskWith("report.html")
        .of("report.html", f -> Report.of().evaluation(evaluation).write(f.resolve("report.html")));
  }
}
