package org.lensdl4j.tests.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.lensdl4j.examples.cli.LensCommand;
import org.lensdl4j.model.TransformerModel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The commands one after the other in a folder, with texts of a few letters. */
final class Jobs {
  private static final List<String> LANGUAGES = List.of("en", "zh", "sw");
  private static final List<String> ALPHABETS = List.of("abcdefgh", "ijklmnop", "qrstuvwx");

  private final Path folder;

  Jobs(Path folder) {
    this.folder = folder;
  }

  /** The exported model. */
  Path probeTrainExport(Path model, Object... options) throws IOException {
    probe(model, options);
    return trainExport(model, "", options);
  }

  /** Leaves texts and space in the folder. */
  void probe(Path model, Object... options) throws IOException {
    Path space = folder.resolve("space.safetensors");
    lens(all("probe", common(model, texts()), "--min-texts", 2, "--out", space), options);
  }

  /**
   * Trains on the texts and the space of the job before.
   *
   * @param name added to the folders' names
   * @return the exported model
   */
  Path trainExport(Path model, String name, Object... options) {
    Path run = folder.resolve("run" + name);
    Path out = folder.resolve("out" + name);
    lens(
        all(
            "train",
            common(model, folder.resolve("texts")),
            "--space",
            folder.resolve("space.safetensors"),
            "--layers",
            1,
            "--lr",
            1e-3,
            "--accumulate",
            2,
            "--out",
            run),
        options);
    Path cache = folder.resolve("cache");
    lens("export", "--model", model, "--run", run, "--cache", cache, "--out", out);
    return out;
  }

  private Object[] common(Path model, Path texts) {
    Path cache = folder.resolve("cache");
    return new Object[] {
      "--model",
      model,
      "--texts",
      texts,
      "--languages",
      "en,zh,sw",
      "--system",
      "",
      "--cache",
      cache
    };
  }

  /** Compares the run with its model on a task's items; what is printed. */
  String evaluate(Path model) throws IOException {
    Path task = Files.createDirectories(folder.resolve("data/next_sentence"));
    for (String language : List.of("en", "sw")) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 3; i++) {
        lines.append(
            String.format(
                    Locale.ROOT,
                    "{\"id\": %d, \"doc\": \"d\", \"context\": [\"ab\", \"cd\", \"ef %s\"],",
                    i,
                    "g".repeat(i + 1))
                + " \"choices\": [\"abba\", \"cafe\"], \"label\": 1}\n");
      }
      Files.writeString(task.resolve(language + ".jsonl"), lines);
    }
    return lens(
        "evaluate",
        "--model",
        model,
        "--run",
        folder.resolve("run"),
        "--data",
        task.getParent(),
        "--tasks",
        "next_sentence",
        "--languages",
        "en,sw",
        "--out",
        folder.resolve("evaluation"));
  }

  private static Object[] all(Object command, Object[] common, Object... more) {
    return Stream.of(new Object[] {command}, common, more).flatMap(Stream::of).toArray();
  }

  private static void lens(Object[] line, Object[] more) {
    lens(Stream.of(line, more).flatMap(Stream::of).toArray());
  }

  void changedInTheTopLayerOnly(Path before, Path after) {
    try (TransformerModel old = TransformerModel.open(before);
        TransformerModel now = TransformerModel.open(after)) {
      assertThat(now.config()).isEqualTo(old.config());
      assertThat(now.weights().tensors().keySet()).isEqualTo(old.weights().tensors().keySet());
      String top = "." + (old.config().layers() - 1) + ".";
      int changed = 0;
      for (String name : old.weights().tensors().keySet()) {
        try (INDArray a = old.weights().read(name);
            INDArray b = now.weights().read(name)) {
          assertThat(b.isNaN().any()).as(name).isFalse();
          if (!name.contains(top)) {
            assertThat(b).as(name).isEqualTo(a);
          } else if (!a.equals(b)) {
            changed++;
          }
        }
      }
      assertThat(changed).isGreaterThan(3);
    }
  }

  /** Four texts a language, of letters of its own. */
  Path texts() throws IOException {
    Path to = Files.createDirectories(folder.resolve("texts"));
    Random random = new Random(3);
    for (int l = 0; l < LANGUAGES.size(); l++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        StringBuilder text = new StringBuilder();
        for (int n = 5 + random.nextInt(8); n > 0; n--) {
          text.append(ALPHABETS.get(l).charAt(random.nextInt(8)));
        }
        lines.append(String.format(Locale.ROOT, "{\"id\": %d, \"text\": \"%s\"}\n", i, text));
      }
      Files.writeString(to.resolve(LANGUAGES.get(l) + ".jsonl"), lines);
    }
    return to;
  }

  /** Gives a command, which must succeed; what it prints. */
  static String lens(Object... line) {
    return give(0, line)[0];
  }

  /** Gives a command, which must fail; the one line that it says. */
  static String refusal(Object... line) {
    String said = give(1, line)[1].strip();
    assertThat(said).startsWith("lens: ").doesNotContain("\n");
    return said;
  }

  /** What a command prints to its output, and to the other. */
  private static String[] give(int expected, Object... line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] words = Stream.of(line).map(String::valueOf).toArray(String[]::new);
    try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int code = LensCommand.run(o, e, words);
      String said = err.toString(StandardCharsets.UTF_8);
      assertThat(code).as("%s: %s", words[0], said).isEqualTo(expected);
      return new String[] {out.toString(StandardCharsets.UTF_8), said};
    }
  }
}
