package org.lensdl4j.examples.programs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.lensdl4j.examples.quickstart.UserCache;
import org.lensdl4j.lab.baselines.Baselines;
import org.lensdl4j.lens.train.InstructionTuning;
import org.lensdl4j.lens.train.TuningResult;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.graph.Lora;

/**
 * xSFT-LoRA, a baseline of arXiv 2410.04407: the same data as {@link XSft}, but adapters in the top
 * eight layers learn it. They stand in the run's folder as PEFT has them. Argument: the run's
 * folder.
 */
public final class XSftLora {
  private XSftLora() {}

  /** Trains, measures, answers. */
  public static void main(String[] args) throws IOException {
    Path run = Path.of(args.length > 0 ? args[0] : "runs/xsft-lora");
    List<String> targets = List.of("zh", "sw");
    Questions questions = new Questions("zh", "sw", "en");
    try (TransformerModel model = Questions.model()) {
      TuningResult result =
          InstructionTuning.of(model)
              .data(Baselines.xSft(questions.training(targets)))
              .topLayers(8)
              .lora(Lora.rank(8).alpha(16).targets("q_proj", "v_proj").seed(42))
              .learningRate(1e-3)
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
      PrintStream out = System.out;
      out.println("The adapters: " + run.resolve("adapter"));
    }
  }
}
