package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.testing.Prerequisite;

/**
 * Tokenizers of GGUF files, of the kind {@code gpt2} and of the kind {@code llama}, yield
 * llama.cpp's ids for texts in seven languages; {@code llama_cpp_check.py} wrote these.
 */
class LlamaCppIdsTest {
  static final Path TEXTS = Path.of("../lens-examples/src/main/resources/udhr");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  @Tag("weights")
  void smolLm2() throws IOException {
    sameIds("smollm2.json", Prerequisite.WEIGHTS.path());
  }

  @Test
  @Tag("gemma")
  void gemma3() throws IOException {
    sameIds("gemma3.json", Prerequisite.GEMMA.path());
  }

  @Test
  @Tag("weights")
  @Tag("llamacpp")
  void storedIdsOfSmolLm2() throws IOException {
    sameAsStored("smollm2.json", Prerequisite.WEIGHTS.path());
  }

  @Test
  @Tag("gemma")
  @Tag("llamacpp")
  void storedIdsOfGemma3() throws IOException {
    sameAsStored("gemma3.json", Prerequisite.GEMMA.path());
  }

  private static void sameIds(String name, Path file) throws IOException {
    JsonNode stored = stored(name);
    assertThat(stored).hasSize(7);
    try (TransformerModel model = TransformerModel.open(file)) {
      for (String language : (Iterable<String>) stored::fieldNames) {
        List<String> lines = Files.readAllLines(TEXTS.resolve(language + ".jsonl"));
        assertThat(stored.get(language)).hasSizeGreaterThan(5);
        for (int i = 0; i < stored.get(language).size(); i++) {
          String text = JSON.readTree(lines.get(i)).get("text").textValue();
          int[] expected = JSON.convertValue(stored.get(language).get(i), int[].class);
          assertThat(model.tokenizer().encode(text)).as(text).containsExactly(expected);
        }
      }
    }
  }

  private void sameAsStored(String name, Path file) throws IOException {
    Path out = folder.resolve("ids.json");
    List<String> arguments = List.of("ids", file.toString(), TEXTS.toString(), out.toString());
    PythonScript.run(
        Prerequisite.LLAMA_CPP, folder.resolve("log"), "llama_cpp_check.py", arguments);
    assertThat(JSON.readTree(Files.readString(out))).isEqualTo(stored(name));
  }

  private static JsonNode stored(String name) throws IOException {
    try (InputStream in =
        LlamaCppIdsTest.class.getResourceAsStream("/reference/llamacpp/" + name)) {
      return JSON.readTree(in);
    }
  }
}
