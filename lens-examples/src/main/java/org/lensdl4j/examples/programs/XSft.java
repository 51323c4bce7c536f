package org.lensdl4j.examples.programs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lensdl4j.examples.quickstart.UserCache;
import org.lensdl4j.lab.baselines.Baselines;
import org.lensdl4j.lens.train.InstructionTuning;
import org.lensdl4j.lens.train.TuningResult;
import org.lensdl4j.model.TransformerModel;

/**
 * xSFT, a baseline of arXiv 2410.04407: SmolLM2's top two layers learn questions and answers in
 * Chinese and Swahili; measured on others, in English too. Argument: the run's folder.
 */
public final class XSft {
  private XSft() {}

  /** Trains, measures, answers. */
  public static void main(String[] args) throws IOException {
    Path run = Path.of(args.length > 0 ? args[0] : "runs/xsft");
    List<String> targets = List.of("zh", "sw");
    Questions questions = new Questions("zh", "sw", "en");
    try (TransformerModel model = Questions.model()) {
      TuningResult result =
          InstructionTuning.of(model)
              .data(Baselines.xSft(questions.training(targets)))
              .topLayers(2)
              .learningRate(1e-4)
              .epochs(3)
              .batchSize(4)
              .seed(42)
              .cache(UserCache.states())
              .fit(run);
      Questions.compare(
          model,
          result,
          questions.heldOut(List.of("zh", "sw", "en")),
          "Mji mkuu wa Misri ni upi?",
          System.out);
    }
  }
}
