package org.lensdl4j.tests.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.Lens;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.loss.LensBatch;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.lens.loss.LensStates;
import org.lensdl4j.lens.nn.LensGraphs;
import org.lensdl4j.lens.nn.LensMultiDataSetIterator;
import org.lensdl4j.lens.nn.TransformerWeights;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.TransformerGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The one-call program, a ComputationGraph and a plain SameDiff program train the same weights.
 *
 * <p>Settings that all three can express: one batch a step, no clipping (Deeplearning4j clips layer
 * by layer), a constant rate, no weight decay (SameDiff has it for all variables alike, norms
 * included). Adam's epsilon is 1e-12, because ND4J adds it before the bias correction of the second
 * moment and PyTorch, like {@code LensTrainer}, after it.
 */
class ThreeWaysTest {
  /**
   * Of the largest change of a weight. Adam divides a gradient by its own size: where a gradient is
   * nearly zero, rounding in another order decides its sign. So a few weights may differ by as much
   * as they moved, and the tensor as a whole must not.
   */
  private static final double OF_CHANGE = 2e-3;

  private static final List<String> LANGUAGES = List.of("en", "xx", "yy");

  @TempDir Path folder;

  private final LensConfig config =
      LensConfig.builder()
          .languages(LANGUAGES)
          .central("en")
          .minTexts(1)
          .topLayers(2)
          .epochs(3)
          .batchSize(2)
          .accumulation(1)
          .learningRate(1e-3)
          .schedule(Schedule.CONSTANT)
          .warmupRatio(0)
          .weightDecay(0)
          .clipNorm(0)
          .epsilon(1e-12)
          .probeMaxTokens(64)
          .trainMaxTokens(64)
          .seed(3)
          .build();

  @Test
  void trainTheSameWeights() throws IOException {
    List<String> texts = List.of("abc de", "bcd ea", "cde ab", "eab cd");
    for (int l = 0; l < LANGUAGES.size(); l++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < texts.size(); i++) {
        StringBuilder text = new StringBuilder("x");
        for (char c : texts.get(i).substring(0, 3 + (i + l) % 4).toCharArray()) {
          text.append(c == ' ' ? c : (char) (c + 5 * l));
        }
        lines.append("{\"id\":%d,\"text\":\"%s\"}\n".formatted(i, text));
      }
      Files.writeString(folder.resolve(LANGUAGES.get(l) + ".jsonl"), lines);
    }
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      ParallelCorpus corpus = ParallelCorpus.jsonl(folder, LANGUAGES, "en", 0);
      LanguageSpace space =
          LanguageProbing.run(model, Corpus.jsonl(folder, LANGUAGES, 0), config, Progress.NONE);
      Map<String, INDArray> start = new LinkedHashMap<>();
      Map<String, INDArray> one = oneCall(model, space, corpus);
      one.keySet().forEach(n -> start.put(n, model.weights().read(n)));
      assertSame(start, one, computationGraph(model, space, corpus));
      assertSame(start, one, sameDiff(model, space, corpus));
    }
  }

  private Map<String, INDArray> oneCall(
      TransformerModel model, LanguageSpace space, ParallelCorpus corpus) {
    TrainedWeights trained =
        Lens.of(model)
            .config(config)
            .space(space)
            .trainOn(corpus)
            .cache(cache())
            .fit(folder.resolve("run"))
            .weights();
    return trained.arrays();
  }

  private Map<String, INDArray> computationGraph(
      TransformerModel model, LanguageSpace space, ParallelCorpus corpus) {
    try (LensMultiDataSetIterator data =
        LensMultiDataSetIterator.of(model, corpus, config, cache())) {
      ComputationGraph graph = LensGraphs.top(model, space, config);
      graph.fit(data, config.epochs());
      return TransformerWeights.trained(graph);
    }
  }

  private Map<String, INDArray> sameDiff(
      TransformerModel model, LanguageSpace space, ParallelCorpus corpus) {
    TransformerGraph top = model.graph().topLayers(2).padded().trainable("model.layers.*").build();
    SameDiff sd = top.sameDiff();
    SDVariable mask = sd.getVariable(TransformerGraph.MASK);
    LensBatch batch = LensBatch.in(sd, "en", List.of("xx", "yy"));
    LensStates before =
        LensStates.placeholders(sd, "before", DataType.FLOAT, model.config().hiddenSize());
    LensLoss.of(space, model.config().layers())
        .attach(batch, LensStates.of(sd.getVariable(top.output()), mask), before);
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(1e-3, 0.9, 0.999, 1e-12))
            .dataSetFeatureMapping(
                batch.features(
                    TransformerGraph.HIDDEN, TransformerGraph.MASK, "before_last", "before_mean"))
            .markLabelsUnused()
            .build());
    try (LensMultiDataSetIterator data =
        LensMultiDataSetIterator.of(model, corpus, config, cache())) {
      for (int epoch = 0; epoch < config.epochs(); epoch++) {
        data.reset();
        while (data.hasNext()) {
          MultiDataSet step = stacked(batch, data.next(), model.config().hiddenSize());
          sd.fit(new SingletonMultiDataSetIterator(step), 1);
        }
      }
    }
    return top.trainableWeights();
  }

  /** From one input per language to rows, language by language. */
  private static MultiDataSet stacked(LensBatch batch, MultiDataSet data, int hidden) {
    int prompts = (int) data.getFeatures(0).size(0);
    List<String> languages = new ArrayList<>();
    int[] prompt = new int[LANGUAGES.size() * prompts];
    List<INDArray> last = new ArrayList<>();
    List<INDArray> mean = new ArrayList<>();
    for (int l = 0; l < LANGUAGES.size(); l++) {
      for (int p = 0; p < prompts; p++) {
        prompt[languages.size()] = p;
        languages.add(LANGUAGES.get(l));
      }
      last.add(part(data.getLabels(0), l, hidden));
      mean.add(part(data.getLabels(0), l == 0 ? LANGUAGES.size() : l, hidden));
    }
    return batch.dataSet(
        batch.rows(languages, prompt),
        Nd4j.concat(0, data.getFeatures()),
        Nd4j.concat(0, data.getFeaturesMaskArrays()),
        Nd4j.concat(0, last.toArray(INDArray[]::new)),
        Nd4j.concat(0, mean.toArray(INDArray[]::new)));
  }

  private static INDArray part(INDArray rows, int l, int hidden) {
    return rows.get(
        NDArrayIndex.all(), NDArrayIndex.interval((long) l * hidden, (l + 1L) * hidden));
  }

  private StateCache cache() {
    return new StateCache(folder.resolve("states"), 1L << 30);
  }

  private static void assertSame(
      Map<String, INDArray> start, Map<String, INDArray> a, Map<String, INDArray> b) {
    assertThat(b.keySet()).containsExactlyInAnyOrderElementsOf(a.keySet());
    a.forEach(
        (name, expected) -> {
          double moved = expected.sub(start.get(name)).norm2Number().doubleValue();
          double apart = expected.sub(b.get(name)).norm2Number().doubleValue();
          assertThat(moved).as(name + " moved").isGreaterThan(1e-3);
          assertThat(apart / moved).as(name).isLessThan(OF_CHANGE);
        });
  }
}
