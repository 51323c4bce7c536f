package org.lensdl4j.examples.programs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.lensdl4j.examples.quickstart.UserCache;
import org.lensdl4j.lab.baselines.Baselines;
import org.lensdl4j.lens.train.InstructionCorpus;
import org.lensdl4j.lens.train.InstructionTuning;
import org.lensdl4j.lens.train.TuningResult;
import org.lensdl4j.model.TransformerModel;

/**
 * QAlign, a baseline of arXiv 2410.04407: SmolLM2's top two layers learn to translate Chinese
 * questions to English; measured on other questions. Argument: the run's folder.
 */
public final class QAlign {
  private QAlign() {}

  /** Trains, measures, answers. */
  public static void main(String[] args) throws IOException {
    Path run = Path.of(args.length > 0 ? args[0] : "runs/qalign");
    Questions questions = new Questions("zh", "en");
    InstructionCorpus heldOut =
        Baselines.qAlign(Map.of("zh", questions.heldOut("zh")), questions.heldOut("en"));
    try (TransformerModel model = Questions.model()) {
      TuningResult result =
          InstructionTuning.of(model)
              .data(
                  Baselines.qAlign(
                      Map.of("zh", questions.training("zh")), questions.training("en")))
              .topLayers(2)
              .learningRate(1e-4)
              .epochs(6)
              .batchSize(4)
              .seed(42)
              .cache(UserCache.states())
              .fit(run);
      Questions.compare(
          model,
          result,
          Map.of("zh to en", heldOut),
          heldOut.items().get(0).instruction(),
          System.out);
    }
  }
}
