package org.lensdl4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.BlockProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;

/** A tiny model and texts of three made-up languages. */
final class TinyCorpus {
  static final int BLOCK = 5;
  private static final Map<String, String> WORDS =
      new LinkedHashMap<>(Map.of("en", "the right to", "zh", "人人 有权", "sw", "kila mtu ana"));

  final Path model;
  final Path texts;
  final LensConfig config =
      LensConfig.builder()
          .central("en")
          .languages(List.of("en", "zh", "sw"))
          .probeTexts(0)
          .probeMaxTokens(48)
          .build();

  TinyCorpus(Path root) throws IOException {
    model = TinyModels.write(TinyModels.GROUPED, root.resolve("models"));
    texts = Files.createDirectories(root.resolve("texts"));
    for (String language : config.languages()) {
      write(language, size(language));
    }
  }

  /** As many as no other language has; the last block is not full. */
  static int size(String language) {
    return 21 + language.charAt(0) % 5;
  }

  String text(String language, int i) {
    return WORDS.get(language) + " " + "x".repeat(i % 6) + " " + i * i;
  }

  List<String> all(String language) {
    return IntStream.range(0, size(language)).mapToObj(i -> text(language, i)).toList();
  }

  Path write(String language, int count) throws IOException {
    Path file = texts.resolve(language + ".jsonl");
    Files.writeString(
        file,
        String.join(
            "",
            IntStream.range(0, count)
                .mapToObj(i -> "{\"id\": %d, \"text\": \"%s\"}\n".formatted(i, text(language, i)))
                .toList()));
    return file;
  }

  /** Data of a task with items to choose from. */
  Path items(Path data, int count) throws IOException {
    Path task = Files.createDirectories(data.resolve("next_sentence"));
    for (String language : config.languages()) {
      String lines =
          String.join(
              "",
              IntStream.range(0, count)
                  .mapToObj(
                      i ->
                          "{\"id\":%d,\"context\":[\"%s\",\"b.\",\"c.\"],\"choices\":[\"d %d.\",\"%s\"],\"label\":%d}%n"
                              .formatted(i, text(language, i), i, text(language, i * i), i % 2))
                  .toList());
      Files.writeString(task.resolve(language + ".jsonl"), lines);
    }
    return data;
  }

  /** The space of the same blocks without Spark. */
  LanguageSpace local() {
    try (TransformerModel opened = TransformerModel.open(model)) {
      BlockProbing probing = new BlockProbing(opened, config, 2);
      LanguageStatistics all = probing.none(config.languages());
      for (String language : config.languages()) {
        int size = size(language);
        for (int at = 0; at < size; at += BLOCK) {
          all.merge(
              probing.sums(
                  language,
                  IntStream.range(at, Math.min(size, at + BLOCK))
                      .mapToObj(i -> text(language, i))
                      .toList()));
        }
      }
      return probing.fit(all, "");
    }
  }
}
