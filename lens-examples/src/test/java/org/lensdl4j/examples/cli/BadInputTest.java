package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.fixtures.TinyModels;

/** Each gets one clear line, exit code 1, and leaves nothing behind. */
class BadInputTest {
  @TempDir Path folder;

  private TinyWork work;
  private Path space;
  private Path run;

  @BeforeEach
  void prepare() throws IOException {
    work = new TinyWork(folder);
    space = work.space(work.model);
    run = folder.resolve("run");
  }

  @Test
  void aModelThatIsNotThere() throws IOException {
    refused(Ran.lens("inspect", folder.resolve("nothing")), "nothing");
  }

  @Test
  void anUnknownArchitecture() throws IOException {
    replace(
        work.model.resolve("config.json"),
        "\"model_type\" : \"llama\"",
        "\"model_type\" : \"mamba\"");

    refused(Ran.lens("inspect", work.model), "mamba", "llama");
  }

  @Test
  void truncatedWeights() throws IOException {
    Path weights = work.model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 100));

    refused(Ran.lens("inspect", work.model), "model.safetensors");
  }

  @Test
  void aShardOutsideTheFolder() throws IOException {
    Path model = work.model(TinyModels.SHARDED);
    replace(
        model.resolve("model.safetensors.index.json"),
        "model-00001-of-00003.safetensors",
        "../evil.safetensors");

    refused(Ran.lens("inspect", model), "../evil.safetensors");
  }

  @Test
  void aMissingTokenizer() throws IOException {
    Files.delete(work.model.resolve("tokenizer.json"));

    refusedTraining(work.train(space, run), "tokenizer");
  }

  @Test
  void weightsThatAreNoNumbers() throws IOException {
    Path weights = work.model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    java.util.Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff);
    Files.write(weights, bytes);
    space = work.space(work.model);

    Ran ran = work.train(space, run);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors())
        .singleElement()
        .asString()
        .contains("model.safetensors")
        .contains("NaN");
  }

  @Test
  void aLanguageWithoutFile() throws IOException {
    Files.delete(work.texts.resolve("sw.jsonl"));

    refusedTraining(work.train(space, run), "sw.jsonl");
  }

  @Test
  void aLineThatIsNoJson() throws IOException {
    Files.writeString(work.texts.resolve("sw.jsonl"), "{\"id\": 0, \"text\"\n");

    refusedTraining(work.train(space, run), "sw.jsonl:1:");
  }

  @Test
  void textsThatAreNotParallel() throws IOException {
    work.write("sw", "kila mtu", TinyWork.TEXTS - 3);

    refusedTraining(work.train(space, run), "not parallel", "sw.jsonl", "9, 10, 11");
  }

  @Test
  void twoLanguagesWithTheSameText() throws IOException {
    Files.copy(
        work.texts.resolve("zh.jsonl"),
        work.texts.resolve("sw.jsonl"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    refusedTraining(work.train(space, run), "zh", "sw");
  }

  @Test
  void aSpaceOfAnotherModel() throws IOException {
    Path other = work.model(TinyModels.PLAIN_HEADS);

    refusedTraining(work.train(work.space(other), run), "space is of another model");
  }

  @Test
  void aSpaceThatIsNone() throws IOException {
    refusedTraining(work.train(work.model.resolve("model.safetensors"), run), "model.safetensors");
  }

  @Test
  void aFolderThatHoldsSomethingElse() throws IOException {
    Files.createDirectories(run);
    Files.writeString(run.resolve("thesis.txt"), "years of work");

    refused(work.train(space, run), run.toString(), "not empty");
    assertThat(run.resolve("thesis.txt")).hasContent("years of work");
  }

  @Test
  void aFolderThatIsInUse() throws IOException {
    Files.createDirectories(run);
    try (FileChannel channel =
            FileChannel.open(
                run.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();

      refused(work.train(space, run), run.toString(), "in use");
    }
  }

  @Test
  void verboseShowsTheStackTrace() {
    Ran ran = Ran.lens("inspect", "--verbose", folder.resolve("nothing"));

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("\tat org.lensdl4j.");
  }

  private void refusedTraining(Ran ran, String... words) throws IOException {
    refused(ran, words);
    assertThat(run).doesNotExist();
  }

  private void refused(Ran ran, String... words) throws IOException {
    assertThat(ran.err()).contains(words);
    assertThat(ran.errors()).hasSize(1);
    assertThat(ran.errors().get(0)).startsWith("lens: ").doesNotContain("Exception");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    List<String> left = work.everything();
    assertThat(left).noneMatch(f -> f.endsWith(".tmp") || f.endsWith(".part"));
  }

  private static void replace(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }
}
