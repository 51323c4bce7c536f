package org.lensdl4j.lab.evaluate.tasks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a task's items come from.
 *
 * @param dataSet name of the public data set, as the hub has it
 * @param split the split that is measured on
 * @param fields what a line holds
 * @param folders names that the folder with {@code <language>.jsonl} may have
 */
public record DataSource(String dataSet, String split, String fields, List<String> folders) {
  /** Other names that public data sets give to a language. */
  private static final Map<String, List<String>> ALIASES =
      Map.of(
          "ja", List.of("jp", "jpn_Jpan"),
          "en", List.of("eng_Latn"),
          "zh", List.of("zho_Hans"),
          "ko", List.of("kor_Hang"),
          "ar", List.of("arb_Arab"),
          "bn", List.of("ben_Beng"),
          "sw", List.of("swh_Latn"));

  /** A data set of one folder name. */
  static DataSource of(String folder, String dataSet, String split, String fields) {
    return new DataSource(dataSet, split, fields, List.of(folder));
  }

  /** The file of a language below a folder of data sets, if there is one. */
  public Optional<Path> file(Path data, String language) {
    List<String> names = new ArrayList<>(List.of(language));
    names.addAll(ALIASES.getOrDefault(language, List.of()));
    return folders.stream()
        .flatMap(
            f ->
                names.stream()
                    .flatMap(n -> Stream.of(n + ".jsonl", n + DataFile.CSV))
                    .map(n -> data.resolve(f).resolve(n)))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** What to do when there is none. */
  public String advice(Path data, String language) {
    return String.format(
        Locale.ROOT,
        "there is no %s: save split %s of the public data set %s, configuration %s, there as JSON lines with %s",
        data.resolve(folders.get(0)).resolve(language + ".jsonl"),
        split,
        dataSet,
        language,
        fields);
  }
}
