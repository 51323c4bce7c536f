package org.lensdl4j.examples.cli;

import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Model.CommandSpec;

/** Says where the system text goes, and refuses one that would go nowhere. */
final class SystemText {
  private SystemText() {}

  /**
   * Looks once at how a model's prompts are made.
   *
   * @param given whether the system text was asked for, and is not the default
   * @param always whether to say so, too, if all is as usual
   */
  static void tell(
      CommandSpec spec,
      TransformerModel model,
      Prompting prompting,
      boolean given,
      boolean always) {
    boolean none = model.chatTemplate().isEmpty();
    if ((none || prompting.raw()) && given && !prompting.system().isEmpty()) {
      throw new LensException(
          none
              ? "option --system: the model has no chat template, so the text would go nowhere;"
                  + " leave the option out"
              : "option --system: --raw leaves the chat template out, so the text would go nowhere");
    }
    String said;
    // Nobody expects a chat template of an encoder.
    if (prompting.raw() || model.config().isEncoder()) {
      return;
    } else if (none) {
      said = "The model has no chat template: it gets plain texts, without a system text.";
    } else if (prompting.encoder(model).dropsSystem()) {
      if (given) {
        throw new LensException(
            "option --system: the model's chat template leaves system texts out, so the text would"
                + " go nowhere; leave the option out");
      }
      said = "The model's chat template leaves system texts out: there is none in the prompts.";
    } else if (prompting.encoder(model).foldsSystem()) {
      said =
          "The model's chat template has no system turn: the system text stands at the start of"
              + " the user turn.";
    } else if (always && !prompting.system().isEmpty()) {
      // Nothing unusual, so it belongs to the result.
      spec.commandLine()
          .getOut()
          .println("The system text has a turn of its own in the model's chat template.");
      return;
    } else {
      return;
    }
    spec.commandLine().getErr().println(said);
  }
}
