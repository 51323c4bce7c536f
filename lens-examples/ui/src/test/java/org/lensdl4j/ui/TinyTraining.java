package org.lensdl4j.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.nn.LensGraphs;
import org.lensdl4j.lens.nn.LensMultiDataSetIterator;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModels;

/** A few steps of a tiny random model in three invented languages. */
final class TinyTraining {
  static final List<String> LANGUAGES = List.of("en", "xx", "yy");
  static final int STEPS = 4;

  private TinyTraining() {}

  static void run(Path folder, TrainingListener... listeners) throws IOException {
    LensConfig config =
        LensConfig.builder()
            .languages(LANGUAGES)
            .minTexts(1)
            .topLayers(1)
            .batchSize(2)
            .accumulation(1)
            .schedule(Schedule.CONSTANT)
            .warmupRatio(0)
            .learningRate(1e-2)
            .build();
    Path texts = Files.createDirectories(folder.resolve("texts"));
    List<String> words = List.of("abc de", "fgh ij", "klm no");
    for (int l = 0; l < LANGUAGES.size(); l++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        lines.append("{\"id\":%d,\"text\":\"%s\"}\n".formatted(i, words.get(l).repeat(i + 1)));
      }
      Files.writeString(texts.resolve(LANGUAGES.get(l) + ".jsonl"), lines);
    }
    ParallelCorpus corpus = ParallelCorpus.jsonl(texts, LANGUAGES, "en", 0);
    try (TransformerModel model =
            TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
        LensMultiDataSetIterator data =
            LensMultiDataSetIterator.of(
                model, corpus, config, new StateCache(folder.resolve("states"), 1L << 30))) {
      LanguageSpace space =
          LanguageProbing.run(model, Corpus.jsonl(texts, LANGUAGES, 0), config, Progress.NONE);
      ComputationGraph graph = LensGraphs.top(model, space, config);
      graph.setListeners(listeners);
      graph.fit(data, STEPS / 2);
    }
  }
}
