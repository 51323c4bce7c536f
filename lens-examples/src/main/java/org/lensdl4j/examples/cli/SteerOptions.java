package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.trunk.StateEdit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How answers are steered. */
final class SteerOptions {
  static final String LABEL = "[LAYERS:]STRENGTH";
  static final String HELP =
      "LAYERS: last (default), all, 12 or 8-16. STRENGTH: lengths of the direction, such as 0.3, or"
          + " with u a share of the state's own length, which is kept, such as 0.03u. Or the file of"
          + " a steering.";

  @Option(
      names = "--steer",
      split = ",",
      paramLabel = LABEL,
      description = "Move states towards --language. " + HELP)
  private List<String> steer = List.of();

  @Option(
      names = "--language",
      paramLabel = "CODE",
      description = "The language that --steer moves answers to.")
  private String language;

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description = "Language space with the directions for --steer, if that is no file.")
  private Path space;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Whether any steering was asked for. */
  boolean given() {
    return !steer.isEmpty();
  }

  /**
   * What is done to states, by the name of each steering, in their order.
   *
   * @throws org.lensdl4j.model.base.LensException if a steering is of another model or knows
   *     nothing of the language
   */
  Map<String, StateEdit> edits(TransformerModel model) {
    if (given() != (language != null)) {
      throw new ParameterException(
          spec.commandLine(),
          given()
              ? "option --steer needs --language CODE: which language to move answers to"
              : "option --language is of use with --steer only");
    }
    LanguageSpace loaded = space == null ? null : LanguageSpace.load(space);
    Map<String, StateEdit> out = new LinkedHashMap<>();
    for (String each : steer) {
      out.put(
          "steer " + each, Steering.named(each, loaded).requireModel(model.hash()).in(language));
    }
    return out;
  }
}
