package org.lensdl4j.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lensdl4j.lens.corpus.ParallelCorpus;

/** Texts that snippets work on. */
final class SnippetTexts {
  static final int COUNT = 14;
  private static final List<String> LANGUAGES = List.of("en", "zh", "sw");

  private SnippetTexts() {}

  /** Fourteen short parallel texts in en, zh and sw, written below a folder. */
  static ParallelCorpus parallel(Path folder) throws IOException {
    Path texts = Files.createDirectories(folder.resolve("texts"));
    for (String language : LANGUAGES) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < COUNT; i++) {
        lines.append("{\"id\": %d, \"text\": \"%s %d\"}\n".formatted(i, language, i * i));
      }
      Files.writeString(texts.resolve(language + ".jsonl"), lines);
    }
    return ParallelCorpus.jsonl(texts, LANGUAGES, "en", 0);
  }
}
