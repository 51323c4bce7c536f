package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.LensException;

class OutputsTest {
  @TempDir Path folder;

  @Test
  void whatCannotBeWrittenIsRefusedBeforeTheWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> Outputs.file(folder))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> Outputs.file(file.resolve("a/b")))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> Outputs.folder(file)).hasMessageContaining("is a file");
  }

  @Test
  void newFilesNewFoldersAndFilesToReplaceAreFine() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatCode(
            () -> {
              Outputs.file(file);
              Outputs.file(folder.resolve("a/b/c"));
              Outputs.file(Path.of("relative"));
              Outputs.folder(folder);
              Outputs.folder(folder.resolve("a/b"));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void workThatGoesOnTakesItsOwnFolderOnly() throws IOException {
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(mine.resolve("run.json"), "{}");
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("letter.txt"), "dear");
    assertThatCode(() -> Outputs.folderOf(mine, "run", "run.json")).doesNotThrowAnyException();
    assertThatThrownBy(() -> Outputs.folderOf(other, "run", "run.json"))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("is not empty and holds no run");
    assertThatThrownBy(() -> Outputs.fresh(mine, false)).hasMessageContaining("is not empty");
    assertThatThrownBy(() -> Outputs.fresh(other.resolve("letter.txt"), true))
        .hasMessageContaining("exists already");
  }

  /** Neither the model nor the texts are there: nothing else may have been looked at before. */
  @Test
  void everyCommandLooksAtItsOutputFirst() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Path below = file.resolve("out");
    Path none = folder.resolve("none");
    Object[][] lines = {
      {"probe", "--model", none, "--texts", none, "--languages", "en,zh"},
      {"train", "--model", none, "--texts", none, "--languages", "en,zh", "--space", none},
      {"train", "--model", none, "--requests", none, "--languages", "en,zh", "--space", none},
      {"export", "--model", none, "--run", none},
      {"export", "--model", none, "--run", none, "--gguf", "F16"},
      {"export", "--model", none, "--run", none, "--adapter", 4},
      {"evaluate", "--model", none, "--data", none, "--languages", "en,zh"},
      {"search", "--model", none, "--texts", none, "--languages", "en,zh", "--config", none},
      {"analyse", "layers", "--model", none, "--texts", none, "--languages", "en,zh"},
      {"analyse", "terms", "--model", none, "--texts", none, "--languages", "en,zh"},
      {"analyse", "cost", "--run", none},
      {"steer", "--model", none, "--questions", none, "--languages", "en,zh", "--space", none},
      {"control-vector", "--space", none, "--language", "zh"},
      {"report", "--evaluation", none},
      {"quickstart", "--model", none},
    };
    for (Object[] line : lines) {
      Object[] all = java.util.Arrays.copyOf(line, line.length + 2);
      all[line.length] = "--out";
      all[line.length + 1] = below;
      Ran ran = Ran.lens(all);
      assertThat(ran.code()).as(line[0].toString()).isNotZero();
      assertThat(ran.err()).as(java.util.Arrays.toString(line)).contains(below.toString());
    }
  }
}
