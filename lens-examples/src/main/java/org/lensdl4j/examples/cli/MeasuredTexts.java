package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import picocli.CommandLine.Option;

/** Texts that are measured on, beside those that are probed and trained on. */
final class MeasuredTexts {
  @Option(
      names = "--measure",
      paramLabel = "DIR",
      description =
          "Folder with <language>.jsonl of parallel texts to measure on. Default: that of --texts.")
  private Path folder;

  @Option(
      names = "--measure-split",
      paramLabel = "NAME",
      description =
          "Only lines to measure on whose field split is NAME. Without this and --measure some of"
              + " the texts are kept aside: a third where an analysis probes or trains, and the"
              + " last 40 %% in a search, of which the second half confirms the winner.")
  private String split;

  @Option(
      names = "--max-measure",
      paramLabel = "N",
      description = "Texts per language to measure on; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int most;

  /**
   * Texts to measure on.
   *
   * @param most by default
   */
  MeasuredTexts(int most) {
    this.most = most;
  }

  /** Whether they are named, and not kept aside of others. */
  boolean given() {
    return folder != null || split != null;
  }

  /** How many are kept aside at most. */
  int atMost(int there) {
    return most == 0 ? there : Math.min(there, most);
  }

  Path folder(TextOptions fit) {
    return folder == null ? fit.folder : folder;
  }

  /** Those that are named. */
  ParallelCorpus read(TextOptions fit, List<String> languages, String central) {
    return ParallelCorpus.jsonl(folder(fit), languages, central, most, split);
  }

  /** Texts of a folder as far as they are measured on. */
  ParallelCorpus some(TextOptions fit, List<String> languages, String central) {
    return given()
        ? read(fit, languages, central)
        : ParallelCorpus.jsonl(fit.folder, languages, central, most, fit.split);
  }

  /** These options as arguments, with paths that hold in any working folder. */
  List<String> args() {
    List<String> out = new ArrayList<>(List.of("--max-measure", Integer.toString(most)));
    TextOptions.add(out, "--measure", folder == null ? null : folder.toAbsolutePath());
    TextOptions.add(out, "--measure-split", split);
    return out;
  }
}
