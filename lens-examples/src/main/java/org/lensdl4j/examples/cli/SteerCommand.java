package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lensdl4j.examples.report.TextTable;
import org.lensdl4j.lab.evaluate.SteeringSearch;
import org.lensdl4j.lab.evaluate.SteeringTrial;
import org.lensdl4j.lab.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.lens.steer.SteeringTokens;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens steer}. */
@Command(
    name = "steer",
    description = {
      "Finds out how strongly, and at which layers, to steer a model, and writes the steering.",
      "Each candidate answers development questions, in every language and in English with a request"
          + " for the language. Taken is what answers most in the right language, does not repeat"
          + " itself and keeps the central language."
    })
final class SteerCommand implements Callable<Integer> {
  @Mixin private ModelOption model;
  @Mixin private NamedLanguages languages;
  @Mixin private CacheFolder cache;

  @Option(
      names = "--questions",
      required = true,
      paramLabel = "DIR",
      description = "Folder with <language>.jsonl: JSON lines with a text, a question.")
  private Path questions;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Questions of each language, from the start; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--space",
      required = true,
      paramLabel = "FILE",
      description =
          "Language space with the directions; below the last layer those of lens probe --position"
              + " rest serve best.")
  private Path space;

  @Option(
      names = "--end-space",
      paramLabel = "FILE",
      description = "Language space with the last layer's directions. Default: the same.")
  private Path endSpace;

  @Option(
      names = "--candidates",
      split = ",",
      paramLabel = SteerOptions.LABEL,
      description =
          "What is tried. Default: the last layer by 0.2 to 0.5, all by 0.02u to 0.05u, the middle one"
              + " by 0.3 to 0.5.")
  private List<String> candidates = List.of();

  @Option(
      names = "--away",
      paramLabel = "FROM",
      defaultValue = Steering.CENTRAL,
      description =
          "What directions lead away from: central, mean of all others, or a language. Default:"
              + " ${DEFAULT-VALUE}.")
  private String away;

  @Option(
      names = "--tokens",
      paramLabel = "WHOSE",
      defaultValue = "both",
      description = "Whose states are moved: prompt, answer or both. Default: ${DEFAULT-VALUE}.")
  private SteeringTokens tokens;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "40",
      description = "Longest answer. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Mixin private final ConfigFlags shared = ConfigFlags.of("systemPrompt");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Steering to write, a safetensors file.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Outputs.file(out);
    Corpus asked = Corpus.jsonl(questions, languages.centralFirst(), limit);
    LanguageSpace loaded = LanguageSpace.load(space);
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel opened = model.open(cache)) {
      Prompting prompting =
          Prompting.whole(
              shared.orDefault("systemPrompt"), Math.max(1, opened.config().maxPositions()));
      SystemText.tell(spec, opened, prompting, shared.value("systemPrompt") != null, false);
      loaded.requireModel(opened.hash());
      List<SteeringTrial> trials =
          SteeringSearch.of(opened, asked, new LinguaIdentifier(asked.languages()))
              .central(languages.central())
              .system(shared.orDefault("systemPrompt"))
              .maxNewTokens(maxNewTokens)
              .run(steerings(loaded), bars);
      PrintWriter to = spec.commandLine().getOut();
      to.print(table(trials, asked.languages().subList(1, asked.languages().size())));
      to.flush();
      Optional<SteeringTrial> best = SteeringSearch.best(trials);
      if (best.isEmpty()) {
        throw new LensException(
            "no candidate is better than the untouched model and keeps quality");
      }
      best.get().steering().save(out);
      to.printf(Locale.ROOT, "%s: steering %s, written%n", out, best.get().name());
      to.flush();
    }
    return 0;
  }

  private List<Steering> steerings(LanguageSpace loaded) {
    LanguageSpace end = endSpace == null ? loaded : LanguageSpace.load(endSpace);
    List<String> all = candidates.isEmpty() ? usual(loaded.layers()) : candidates;
    List<Steering> out = new ArrayList<>();
    for (String each : all) {
      out.add(
          Steering.builder(loaded)
              .end(end)
              .setting(SteeringSetting.parse(each))
              .away(away)
              .tokens(tokens)
              .build());
    }
    return out;
  }

  private static List<String> usual(int layers) {
    List<String> out = new ArrayList<>(List.of("0.2", "0.3", "0.4", "0.5"));
    for (String share : List.of("0.02u", "0.03u", "0.04u", "0.05u")) {
      out.add("all:" + share);
    }
    for (String lengths : List.of("0.3", "0.4", "0.5")) {
      out.add(Math.max(1, layers / 2) + ":" + lengths);
    }
    return out;
  }

  /** Shares in per cent: asked for in English, then the means. */
  private static String table(List<SteeringTrial> trials, List<String> others) {
    List<String> headings = new ArrayList<>(List.of("steering"));
    headings.addAll(others);
    headings.addAll(List.of("asked for", "asked in", "central", "repeated", "tokens", "verdict"));
    TextTable out = new TextTable(headings.toArray(String[]::new));
    for (SteeringTrial t : trials) {
      List<String> cells = new ArrayList<>(List.of(t.name()));
      others.forEach(l -> cells.add(percent(t.cross().get(l))));
      cells.addAll(List.of(percent(t.crossMean()), percent(t.monoMean()), percent(t.english())));
      cells.add(String.format(Locale.ROOT, "%.2f", t.repetition()));
      cells.add(String.format(Locale.ROOT, "%.0f", t.tokens()));
      String objection = t.steering() == null ? "" : t.objection(trials.get(0));
      cells.add(t.steering() == null ? "" : objection.isEmpty() ? "passes" : objection);
      out.row(cells.toArray(String[]::new));
    }
    return out.toString();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f", 100 * share);
  }
}
