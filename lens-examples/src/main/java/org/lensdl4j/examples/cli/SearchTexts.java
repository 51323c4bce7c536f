package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lab.experiment.TrialsBuilder;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Texts of a search: to probe and train on, to choose on, and to confirm the choice on. */
public final class SearchTexts {
  private static final int LEAST = 6;

  @Mixin private TextOptions fit;

  @Option(
      names = "--measure",
      paramLabel = "DIR",
      description =
          "Folder with <language>.jsonl of parallel texts to measure on. Default: that of --texts.")
  private Path measure;

  @Option(
      names = "--measure-split",
      paramLabel = "NAME",
      description =
          "Only lines to measure on whose field split is NAME. The first half of what is measured on"
              + " decides, the second half confirms the winner. Without this and --measure the last"
              + " 40 %% of the texts are kept aside.")
  private String measureSplit;

  @Option(
      names = "--max-measure",
      paramLabel = "N",
      description =
          "Texts per language to measure on, both halves together; 0 for all. Default: 200.")
  private int maxMeasure = 200;

  /** Hands the texts over. */
  public void to(TrialsBuilder trials, List<String> languages, SearchConfig config) {
    String central = languages.get(0);
    int most = Math.max(config.most("trainTexts"), config.most("probeTexts"));
    boolean all = config.most("trainTexts") == 0 || config.most("probeTexts") == 0;
    ParallelCorpus texts;
    ParallelCorpus measured;
    if (measure == null && measureSplit == null) {
      ParallelCorpus whole = ParallelCorpus.jsonl(fit.folder, languages, central, 0, fit.split);
      requireEnough(fit.folder, whole.size(), LEAST);
      int aside = whole.size() * 2 / 5;
      aside = maxMeasure == 0 ? aside : Math.min(aside, maxMeasure);
      int rest = whole.size() - aside;
      texts = whole.part(0, all ? rest : Math.min(rest, most));
      measured = whole.part(rest, whole.size());
    } else {
      texts = ParallelCorpus.jsonl(fit.folder, languages, central, all ? 0 : most, fit.split);
      Path folder = measure == null ? fit.folder : measure;
      measured = ParallelCorpus.jsonl(folder, languages, central, maxMeasure, measureSplit);
      requireEnough(folder, measured.size(), 2);
    }
    int half = measured.size() / 2;
    int train = config.most("trainTexts");
    int probe = config.most("probeTexts");
    trials
        .trainOn(first(texts, train))
        .probeOn(first(texts, probe).corpus())
        .developOn(measured.part(0, half))
        .holdOut(measured.part(half, measured.size()));
  }

  private static ParallelCorpus first(ParallelCorpus texts, int most) {
    return most == 0 || most >= texts.size() ? texts : texts.part(0, most);
  }

  private static void requireEnough(Path folder, int found, int least) {
    if (found < least) {
      throw new LensException(
          "%s has %d parallel texts, expected at least %d: some to train on, some to choose on, some"
                  .formatted(folder, found, least)
              + " to confirm the choice");
    }
  }

  /** These options as arguments, with paths that hold in any working folder. */
  public List<String> args() {
    List<String> out = new ArrayList<>(List.of("--max-measure", Integer.toString(maxMeasure)));
    add(out, "--texts", fit.folder.toAbsolutePath());
    add(out, "--split", fit.split);
    add(out, "--measure", measure == null ? null : measure.toAbsolutePath());
    add(out, "--measure-split", measureSplit);
    return out;
  }

  private static void add(List<String> out, String name, Object value) {
    if (value != null) {
      out.addAll(List.of(name, value.toString()));
    }
  }

  /** How lens train finds the texts again. */
  String options() {
    return "--texts " + fit.folder + (fit.split == null ? "" : " --split " + fit.split);
  }
}
