package org.lensdl4j.examples.programs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.lensdl4j.examples.quickstart.UserCache;
import org.lensdl4j.lab.baselines.Baselines;
import org.lensdl4j.lens.train.InstructionCorpus;
import org.lensdl4j.lens.train.InstructionTuning;
import org.lensdl4j.lens.train.TuningConfig;
import org.lensdl4j.lens.train.TuningResult;
import org.lensdl4j.model.TransformerModel;

/**
 * SDRRL, a baseline of arXiv 2410.04407: SmolLM2 answers English questions, and its top two layers
 * learn to give these answers to the Chinese questions too. Held-out answers are its own English
 * ones. Argument: the run's folder.
 */
public final class Sdrrl {
  private Sdrrl() {}

  /** Asks the model, trains, measures, answers. */
  public static void main(String[] args) throws IOException {
    Path run = Path.of(args.length > 0 ? args[0] : "runs/sdrrl");
    TuningConfig config =
        TuningConfig.builder()
            .topLayers(2)
            .learningRate(1e-4)
            .epochs(2)
            .batchSize(4)
            .accumulation(1)
            .maxResponseTokens(48)
            .build();
    Questions questions = new Questions("zh", "en");
    try (TransformerModel model = Questions.model()) {
      InstructionCorpus own =
          Baselines.sdrrl(
              model, Map.of("zh", questions.training("zh")), questions.training("en"), config);
      PrintStream out = System.out;
      out.println("It learns, for example: " + own.items().get(own.size() - 3));
      TuningResult result =
          InstructionTuning.of(model).data(own).config(config).cache(UserCache.states()).fit(run);
      InstructionCorpus heldOut =
          Baselines.sdrrl(
                  model, Map.of("zh", questions.heldOut("zh")), questions.heldOut("en"), config)
              .withIds(id -> id.startsWith("zh/"));
      Questions.compare(
          model,
          result,
          Map.of("zh, own answers", heldOut),
          heldOut.items().get(0).instruction(),
          System.out);
    }
  }
}
