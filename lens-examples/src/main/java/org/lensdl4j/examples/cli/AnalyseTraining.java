package org.lensdl4j.examples.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lensdl4j.lab.experiment.Analysis;
import org.lensdl4j.lab.experiment.BilingualComparison;
import org.lensdl4j.lab.experiment.Interference;
import org.lensdl4j.lab.experiment.PositionEffect;
import org.lensdl4j.lab.experiment.Setting;
import org.lensdl4j.lab.experiment.SettingCurve;
import org.lensdl4j.lab.experiment.TermAblation;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.TransformerModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The analyses that train: candidates on the same cached states, measured on the same texts. */
abstract class AnalyseTraining implements Callable<Integer> {
  @Mixin private AnalyseInputs inputs;
  @Mixin private final ConfigFlags training = ConfigFlags.training("rank");

  @Option(
      names = "--no-bits",
      description = "Leave out bits per byte, which take most of the measuring.")
  private boolean noBits;

  @Spec private CommandSpec spec;

  /** {@code lens analyse terms}. */
  @Command(
      name = "terms",
      description = "What each term of the loss does: training with all, without one, with one.")
  static final class Terms extends AnalyseTraining {
    @Override
    Analysis analyse(Trials trials, LensConfig base, AnalyseInputs.Parts parts, ProgressBars bars) {
      return TermAblation.of(trials, base, bars).analysis();
    }
  }

  /** {@code lens analyse curve}. */
  @Command(name = "curve", description = "What training changes over the values of one setting.")
  static final class Curve extends AnalyseTraining {
    @Option(
        names = "--over",
        required = true,
        paramLabel = "SETTING",
        description = "layers, rank, lambda, texts (probed), prompts (trained on) or lr.")
    private String over;

    @Option(
        names = "--values",
        split = ",",
        paramLabel = "X",
        description = "Values of the setting. Default: about five that fit model and texts.")
    private List<Double> values = List.of();

    @Override
    Analysis analyse(Trials trials, LensConfig base, AnalyseInputs.Parts parts, ProgressBars bars) {
      Setting setting = Setting.of(over);
      int texts = parts.fit().size();
      List<Double> all =
          values.isEmpty()
              ? setting.usual(
                  base,
                  trials.model().config().layers(),
                  atMost(base.probeTexts(), texts),
                  atMost(base.trainTexts(), texts))
              : values;
      return SettingCurve.of(trials, base, setting, all, bars).analysis();
    }

    private static int atMost(int limit, int there) {
      return limit == 0 ? there : Math.min(limit, there);
    }
  }

  /** {@code lens analyse bilingual}. */
  @Command(
      name = "bilingual",
      description = "Each language trained alone with the central one, against all together.")
  static final class Bilingual extends AnalyseTraining {
    @Override
    Analysis analyse(Trials trials, LensConfig base, AnalyseInputs.Parts parts, ProgressBars bars) {
      return BilingualComparison.of(trials, base, bars).analysis();
    }
  }

  /** {@code lens analyse interference}. */
  @Command(
      name = "interference",
      description =
          "What training one language changes in another, compared with what angles predict.")
  static final class Between extends AnalyseTraining {
    @Override
    Analysis analyse(Trials trials, LensConfig base, AnalyseInputs.Parts parts, ProgressBars bars) {
      return Interference.of(trials, base, bars).analysis();
    }
  }

  /** {@code lens analyse position}. */
  @Command(
      name = "position",
      description = "What the published code's position error does to spaces and results.")
  static final class Position extends AnalyseTraining {
    @Override
    Analysis analyse(Trials trials, LensConfig base, AnalyseInputs.Parts parts, ProgressBars bars) {
      return PositionEffect.of(trials, base, bars).analysis();
    }
  }

  abstract Analysis analyse(
      Trials trials, LensConfig base, AnalyseInputs.Parts parts, ProgressBars bars);

  @Override
  public Integer call() {
    LensConfig asked = inputs.config(spec, training::applyTo);
    AnalyseInputs.Parts parts = inputs.parts(asked);
    LensConfig base = parts.fitting(asked);
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel model = inputs.open(spec, base);
        Trials trials =
            Trials.of(model)
                .central(base.central())
                .targets(base.targets())
                .probeOn(parts.fit().corpus())
                .trainOn(parts.fit())
                .developOn(parts.measured())
                .position(inputs.position.of(model))
                .bitsPerByte(!noBits)
                .cache(inputs.cache.states())
                .progress(bars)
                .build()) {
      Analysis analysis = analyse(trials, base, parts, bars);
      return inputs.write(analysis.with(options(model, base, parts)), spec);
    }
  }

  private static Map<String, String> options(
      TransformerModel model, LensConfig base, AnalyseInputs.Parts parts) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("model", String.valueOf(model.source().getFileName()));
    out.put("languages", String.join(",", base.languages()));
    out.put("central", base.central());
    out.put("texts", Integer.toString(parts.fit().size()));
    out.put("measured", Integer.toString(parts.measured().size()));
    out.put("layers", Integer.toString(base.topLayers()));
    out.put("align", Double.toString(base.align()));
    out.put("separate", Double.toString(base.separate()));
    out.put("retain", Double.toString(base.retain()));
    out.put("lr", Double.toString(base.learningRate()));
    out.put("epochs", Integer.toString(base.epochs()));
    out.put("batch", Integer.toString(base.batchSize()));
    out.put("accumulate", Integer.toString(base.accumulation()));
    out.put("seed", Long.toString(base.seed()));
    return out;
  }
}
