package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.GgufModelWriter;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.OverlayWeights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code lens quickstart --right-language}. */
class RightLanguageTest {
  @TempDir Path folder;
  private TinyWork work;

  @BeforeEach
  void write() throws IOException {
    work = new TinyWork(folder);
  }

  private Ran quickstart(Path out, Object... more) {
    boolean named = List.of(more).contains("--model");
    List<Object> all =
        new java.util.ArrayList<>(
            named ? List.of("quickstart") : List.of("quickstart", "--model", work.model));
    all.addAll(
        List.of(
            "--right-language",
            "--quick",
            "--languages",
            "en,zh,sw",
            "--cache",
            folder.resolve("cache"),
            "--out",
            out));
    all.addAll(List.of(more));
    return Ran.lens(all.toArray());
  }

  @Test
  void threeModelsAreAskedTheSameAndTheLastOneIsWritten() throws IOException {
    Path out = folder.resolve("out");
    Ran ran = quickstart(out);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .containsPattern("asked for +untouched +steered +trained in +rep\\. +rep\\. +rep\\.")
        .containsPattern("(?m)^sw( +\\d+ %){3}( +0\\.\\d\\d){3}$")
        .contains("Asked \"Reply in Chinese. Explain a common mistake");
    List<String> lines = Files.readAllLines(out.resolve("answers.jsonl"));
    // Four tasks in three languages; of the central one there are none beside the plain.
    assertThat(lines).hasSize(12).allMatch(l -> l.contains("\"trained in\":{\"answer\":"));
    assertThat(out.resolve("model/config.json")).exists();
    assertThat(out.resolve("report.svg")).content().contains("Answers in the language asked for");

    Ran again = quickstart(out);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("holds a finished quickstart");
  }

  /** The model that answers is exactly the one that was trained. */
  @Test
  void ofAGgufFileOneIsWrittenWithExactlyWhatWasTrained() throws IOException {
    Path gguf = folder.resolve("tiny.gguf");
    try (TransformerModel model = TransformerModel.open(work.model)) {
      GgufModelWriter.of(model).type(DType.F32).write(gguf);
    }
    Path out = folder.resolve("out");

    Ran ran = quickstart(out, "--model", gguf);

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains(out.resolve("model.gguf") + " ", "the model, a GGUF file");
    assertThat(out.resolve("model")).doesNotExist();
    try (TransformerModel source = TransformerModel.open(gguf);
        TransformerModel written = TransformerModel.open(out.resolve("model.gguf"));
        TrainedWeights trained = TrainedWeights.load(out.resolve("run"), source);
        OverlayWeights expected = trained.over(source)) {
      for (String name : expected.tensors().keySet()) {
        try (INDArray a = expected.read(name);
            INDArray b = written.weights().read(name)) {
          assertThat(a.equalsWithEps(b, 0)).as(name).isTrue();
        }
      }
      assertThat(written.tokenizer().hash()).isEqualTo(source.tokenizer().hash());
    }
    assertThat(quickstart(out, "--model", gguf).err()).contains("holds a finished quickstart");
  }

  @Test
  void anInterruptedOneGoesOn() throws IOException {
    Path out = folder.resolve("out");
    assertThat(quickstart(out).code()).isZero();
    String answers = Files.readString(out.resolve("answers.jsonl"));
    Files.delete(out.resolve("report.svg"));
    Files.delete(out.resolve("answers.jsonl"));

    Ran ran = quickstart(out);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(out.resolve("answers.jsonl")).hasContent(answers);
  }

  @Test
  void theQuestionsAreEnglish() {
    Ran ran = quickstart(folder.resolve("out"), "--central", "zh");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("option --central: found 'zh', expected en");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
