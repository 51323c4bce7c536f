package org.lensdl4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;

/** A folder with a tiny model and texts of three made-up languages, parallel by id. */
final class TinyWork {
  static final int TEXTS = 12;
  static final List<String> LANGUAGES = List.of("en", "zh", "sw");

  private static final String[] WORDS = {"the right to", "人人 有权", "kila mtu ana"};

  final Path root;
  final Path model;
  final Path texts;

  TinyWork(Path root) throws IOException {
    this.root = root;
    model = model(TinyModels.GROUPED);
    texts = Files.createDirectories(root.resolve("texts"));
    for (int l = 0; l < LANGUAGES.size(); l++) {
      write(LANGUAGES.get(l), WORDS[l], TEXTS);
    }
  }

  Path model(TinyModel kind) {
    return TinyModels.write(kind, root.resolve("models"));
  }

  void write(String language, String words, int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("{\"id\": %d, \"text\": \"%s %d\"}\n".formatted(i, words, i * i));
    }
    Files.writeString(texts.resolve(language + ".jsonl"), lines.toString());
  }

  /** A space of random means with the hash of a model. */
  Path space(Path ofModel) {
    LanguageStatistics statistics = new LanguageStatistics(LANGUAGES, 4, 32);
    SplittableRandom random = new SplittableRandom(7);
    for (String language : LANGUAGES) {
      for (int layer = 1; layer <= 4; layer++) {
        float[] state = new float[32];
        for (int i = 0; i < state.length; i++) {
          state[i] = (float) random.nextDouble();
        }
        statistics.add(language, layer, state);
      }
    }
    Path file = root.resolve(ofModel.getFileName() + ".space.safetensors");
    try (TransformerModel opened = TransformerModel.open(ofModel)) {
      LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel(opened.hash())).save(file);
    }
    return file;
  }

  /** Probes the texts into a file. */
  Ran probe(Path space, Object... more) {
    Stream<Object> base =
        Stream.of(
            "probe",
            "--model",
            model,
            "--texts",
            texts,
            "--languages",
            "en,zh,sw",
            "--max-tokens",
            48,
            "--cache",
            root.resolve("cache"),
            "--out",
            space);
    return Ran.lens(Stream.concat(base, Stream.of(more)).toArray());
  }

  Ran train(Path space, Path out, Object... more) {
    return trainOf(model, space, out, more);
  }

  Ran trainOf(Path ofModel, Path space, Path out, Object... more) {
    Stream<Object> base =
        Stream.of(
            "train",
            "--model",
            ofModel,
            "--space",
            space,
            "--texts",
            texts,
            "--languages",
            "en,zh,sw",
            "--out",
            out,
            "--cache",
            root.resolve("cache"),
            "--max-tokens",
            48);
    return Ran.lens(Stream.concat(base, Stream.of(more)).toArray());
  }

  Ran export(Path run, Path out, Object... more) {
    return exportOf(model, run, out, more);
  }

  Ran exportOf(Path ofModel, Path run, Path out, Object... more) {
    Stream<Object> base =
        Stream.of(
            "export",
            "--model",
            ofModel,
            "--run",
            run,
            "--out",
            out,
            "--cache",
            root.resolve("cache"));
    return Ran.lens(Stream.concat(base, Stream.of(more)).toArray());
  }

  /** Names of all that is in the folder, the cache aside. */
  List<String> everything() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(f -> root.relativize(f).toString())
          .filter(f -> !f.startsWith("cache"))
          .sorted()
          .toList();
    }
  }
}
