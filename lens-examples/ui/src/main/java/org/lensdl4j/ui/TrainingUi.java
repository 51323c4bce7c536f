package org.lensdl4j.ui;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.lensdl4j.examples.quickstart.OwnText;
import org.lensdl4j.examples.quickstart.PublicModel;
import org.lensdl4j.examples.quickstart.UserCache;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.nn.LensGraphs;
import org.lensdl4j.lens.nn.LensMultiDataSetIterator;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;

/**
 * SmolLM2's top two layers trained under Deeplearning4j's training UI: its own pages, and {@code
 * /lens} with loss terms and subspace energies. Arguments: prompts (8), epochs (8).
 */
public final class TrainingUi {
  private TrainingUi() {}

  /** Trains, and serves the pages until Enter is pressed. */
  public static void main(String[] args) throws IOException {
    int prompts;
    int epochs;
    try {
      prompts = number(args, 0, 8);
      epochs = number(args, 1, 8);
    } catch (IllegalArgumentException e) {
      PrintStream err = System.err;
      err.println(e.getMessage() + "\nusage: training-ui [prompts] [epochs]");
      System.exit(2);
      return;
    }
    train(prompts, epochs);
  }

  static int number(String[] args, int index, int otherwise) {
    if (args.length <= index) {
      return otherwise;
    }
    if (!args[index].matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "found %s, expected a whole number from 1", args[index]));
    }
    return Integer.parseInt(args[index]);
  }

  private static void train(int prompts, int epochs) throws IOException {
    PrintStream out = System.out;
    Path texts = Path.of("runs/training-ui/texts");
    LensConfig config =
        LensConfig.builder()
            .languages(List.of("en", "zh", "sw"))
            .trainTexts(prompts)
            .probeTexts(12)
            .epochs(epochs)
            .accumulation(2)
            .minTexts(2)
            .learningRate(1e-4)
            .build();
    OwnText.write(texts, config.languages());
    Corpus probe = Corpus.jsonl(texts, config.languages(), config.probeTexts(), OwnText.TRAIN);
    ParallelCorpus corpus =
        ParallelCorpus.jsonl(
            texts, config.languages(), config.central(), config.trainTexts(), OwnText.TRAIN);
    Path file = PublicModel.SMOLLM2_135M.in(UserCache.models(), Progress.NONE);
    try (TransformerModel model = TransformerModel.open(file);
        LensMultiDataSetIterator data =
            LensMultiDataSetIterator.of(model, corpus, config, UserCache.states())) {
      LanguageSpace space = LanguageProbing.run(model, probe, config, Progress.NONE);
      ComputationGraph graph = LensGraphs.builder(model, space, config).steps(data.steps()).build();
      StatsStorage storage = new InMemoryStatsStorage();
      UIServer server = UIServer.getInstance();
      server.attach(storage);
      out.println(server.getAddress() + "/lens");
      graph.setListeners(new StatsListener(storage, 1), LensPage.listener(storage));
      graph.fit(data, config.epochs());
      out.println("trained; press Enter to end");
      while (System.in.read() != '\n') {
        // the pages stay
      }
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
