package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.experiment.TrialsBuilder;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Mixin;

/** Texts of a search: to probe and train on, to choose on, and to confirm the choice on. */
public final class SearchTexts {
  private static final int LEAST = 6;

  @Mixin private TextOptions fit;

  @Mixin private final MeasuredTexts measured = new MeasuredTexts(200);

  @Mixin private final SearchRequests asked = new SearchRequests();

  /**
   * Before anything is opened.
   *
   * @throws LensException if the configuration needs what is not there
   */
  void requireFit(SearchConfig config) {
    asked.requireFit(config);
  }

  /** Hands the texts over. */
  public void to(
      TrialsBuilder trials, TransformerModel model, List<String> languages, SearchConfig config) {
    asked.to(trials, model, languages, config);
    String central = languages.get(0);
    int most = Math.max(config.most("trainTexts"), config.most("probeTexts"));
    boolean all = config.most("trainTexts") == 0 || config.most("probeTexts") == 0;
    ParallelCorpus texts;
    ParallelCorpus held;
    if (!measured.given()) {
      ParallelCorpus whole = ParallelCorpus.jsonl(fit.folder, languages, central, 0, fit.split);
      requireEnough(fit.folder, whole.size(), LEAST);
      int aside = measured.atMost(whole.size() * 2 / 5);
      int rest = whole.size() - aside;
      texts = whole.part(0, all ? rest : Math.min(rest, most));
      held = whole.part(rest, whole.size());
    } else {
      texts = ParallelCorpus.jsonl(fit.folder, languages, central, all ? 0 : most, fit.split);
      held = measured.read(fit, languages, central);
      requireEnough(measured.folder(fit), held.size(), 2);
    }
    int half = held.size() / 2;
    int train = config.most("trainTexts");
    int probe = config.most("probeTexts");
    trials
        .trainOn(first(texts, train))
        .probeOn(first(texts, probe).corpus())
        .developOn(held.part(0, half))
        .holdOut(held.part(half, held.size()));
  }

  private static ParallelCorpus first(ParallelCorpus texts, int most) {
    return most == 0 || most >= texts.size() ? texts : texts.part(0, most);
  }

  private static void requireEnough(Path folder, int found, int least) {
    if (found < least) {
      throw new LensException(
          String.format(
                  Locale.ROOT,
                  "%s has %d parallel texts, expected at least %d: some to train on, some to choose on, some",
                  folder,
                  found,
                  least)
              + " to confirm the choice");
    }
  }

  /** These options as arguments, with paths that hold in any working folder. */
  public List<String> args() {
    List<String> out = new ArrayList<>(fit.args());
    out.addAll(measured.args());
    out.addAll(asked.args());
    return out;
  }

  /** How lens train finds the texts again. */
  String options() {
    return asked.trained().orElseGet(fit::typed);
  }
}
