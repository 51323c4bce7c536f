package org.lensdl4j.model.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.testing.Prerequisite;

/**
 * The directory made from the real GGUF file against one that a Python script makes of it with the
 * {@code gguf} package, both loaded by {@code transformers}: tensors, logits and ids are equal.
 */
@Tag("weights")
@Tag("python")
class SmolLm2ExportTest {
  @TempDir Path folder;

  @Test
  void transformersLoadsItAndComputesTheSame() throws Exception {
    Path gguf = Prerequisite.WEIGHTS.path();
    Path expected = folder.resolve("expected");
    Path found = folder.resolve("found");
    Path scripts = Path.of("..", "lens-tests", "src", "test", "python");
    python(scripts.resolve("make_model_dir.py"), gguf, expected);
    try (TransformerModel model = TransformerModel.open(gguf)) {
      ModelDirectoryWriter.of(model).write(found);
    }
    assertThat(python(Path.of("src", "test", "python", "compare_model_dirs.py"), expected, found))
        .contains("equal: 273 tensors");
  }

  private String python(Path script, Path... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Prerequisite.PYTHON.path().toString());
    command.add(script.toString());
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    File log = folder.resolve("log").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Map.of("HF_HUB_OFFLINE", "1", "PYTHONIOENCODING", "utf8"));
    int code = builder.redirectOutput(log).start().waitFor();
    String output = Files.readString(log.toPath());
    assertThat(code).as(output).isZero();
    return output;
  }
}
