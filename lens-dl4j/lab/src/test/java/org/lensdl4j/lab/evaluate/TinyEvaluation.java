package org.lensdl4j.lab.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A tiny random model, items in three languages, a space, and runs made up on the spot. */
final class TinyEvaluation implements AutoCloseable {
  static final String[] LANGUAGES = {"en", "zh", "sw"};

  final TransformerModel model;
  final Path data;
  private final Path folder;

  TinyEvaluation(Path folder, int items) throws IOException {
    this.folder = folder;
    model = TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
    data = Files.createDirectories(folder.resolve("data"));
    Random random = new Random(3);
    for (String language : LANGUAGES) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < items; i++) {
        lines.append(
            "{\"id\":%d,\"context\":[\"%s.\",\"%s.\",\"%s.\"],\"choices\":[\"%s.\",\"%s.\"],\"label\":%d}\n"
                .formatted(
                    i,
                    word(random),
                    word(random),
                    word(random),
                    word(random),
                    word(random),
                    random.nextInt(2)));
      }
      write("next_sentence", language, lines.toString());
    }
  }

  private static String word(Random random) {
    StringBuilder out = new StringBuilder();
    for (int n = 2 + random.nextInt(12); n > 0; n--) {
      out.append((char) ('a' + random.nextInt(26)));
    }
    return out.toString();
  }

  Path write(String task, String language, String lines) throws IOException {
    Path file = data.resolve(task).resolve(language + ".jsonl");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, lines);
  }

  LanguageSpace space() {
    int layers = model.config().layers();
    int d = model.config().hiddenSize();
    LanguageStatistics statistics = new LanguageStatistics(List.of(LANGUAGES), layers, d);
    Random random = new Random(7);
    for (String language : LANGUAGES) {
      for (int layer = 1; layer <= layers; layer++) {
        float[] state = new float[d];
        for (int i = 0; i < d; i++) {
          state[i] = random.nextFloat();
        }
        statistics.add(language, layer, state);
      }
    }
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel(model.hash()));
  }

  /** A run that changed the last {@code top} layers' output projections by a factor. */
  Path run(String name, int top, double factor) {
    Map<String, INDArray> changed = new LinkedHashMap<>();
    for (int i = model.config().layers() - top; i < model.config().layers(); i++) {
      String tensor = "model.layers.%d.mlp.down_proj.weight".formatted(i);
      changed.put(tensor, model.weights().read(tensor).muli(factor));
    }
    Path run = folder.resolve(name);
    try {
      Files.createDirectories(run);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    TrainedWeights.save(run.resolve("trained.safetensors"), changed, model.hash(), "made up");
    changed.values().forEach(INDArray::close);
    return run;
  }

  Evaluation evaluation() {
    return Evaluation.of(model).data(data).tasks("next_sentence").languages(LANGUAGES);
  }

  @Override
  public void close() {
    model.close();
  }
}
