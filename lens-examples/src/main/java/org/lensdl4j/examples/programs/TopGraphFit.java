package org.lensdl4j.examples.programs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.lensdl4j.examples.quickstart.OwnText;
import org.lensdl4j.examples.quickstart.UserCache;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.loss.HeldOutMonitor;
import org.lensdl4j.lens.nn.LensGraphs;
import org.lensdl4j.lens.nn.LensMultiDataSetIterator;
import org.lensdl4j.lens.nn.LensTrainingListener;
import org.lensdl4j.lens.nn.TransformerWeights;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * SmolLM2's top two layers as a Deeplearning4j ComputationGraph, trained by {@code graph.fit} on
 * the project's own text; held-out measures before and after. Arguments: prompts (12), epochs (2).
 */
public final class TopGraphFit {
  private TopGraphFit() {}

  /** Trains and measures. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    Path texts = Path.of("runs/top-graph-fit/texts");
    LensConfig config =
        LensConfig.builder()
            .languages(List.of("en", "zh", "sw"))
            .trainTexts(args.length > 0 ? Integer.parseInt(args[0]) : 12)
            .probeTexts(12)
            .epochs(args.length > 1 ? Integer.parseInt(args[1]) : 2)
            .accumulation(2)
            .minTexts(2)
            .learningRate(1e-4)
            .build();
    OwnText.write(texts, config.languages());
    Corpus probe = Corpus.jsonl(texts, config.languages(), config.probeTexts(), OwnText.TRAIN);
    try (TransformerModel model = Questions.model();
        var data = data(model, texts, config, OwnText.TRAIN);
        var heldOut =
            data(model, texts, config.toBuilder().trainTexts(6).build(), OwnText.HELD_OUT)) {
      LanguageSpace space = LanguageProbing.run(model, probe, config, Progress.NONE);
      ComputationGraph graph = LensGraphs.builder(model, space, config).steps(data.steps()).build();
      out.println(graph.summary());
      HeldOutMonitor monitor = HeldOutMonitor.builder(space, space.layers()).build();
      LensTrainingListener listener = new LensTrainingListener(monitor, heldOut, 0);
      graph.setListeners(listener);
      Map<String, INDArray> weights = TransformerWeights.trained(graph);
      Map<String, INDArray> before = new LinkedHashMap<>();
      weights.forEach((name, w) -> before.put(name, w.dup()));
      graph.fit(data, config.epochs());
      weights.forEach(
          (name, w) ->
              out.printf(
                  Locale.ROOT,
                  "%-50s changed by %.2e%n",
                  name,
                  w.sub(before.get(name)).norm2Number().doubleValue()));
      out.println(listener.stats());
    }
  }

  private static LensMultiDataSetIterator data(
      TransformerModel model, Path texts, LensConfig config, String split) {
    ParallelCorpus corpus =
        ParallelCorpus.jsonl(
            texts, config.languages(), config.central(), config.trainTexts(), split);
    return LensMultiDataSetIterator.of(model, corpus, config, UserCache.states());
  }
}
