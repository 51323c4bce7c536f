package org.lensdl4j.tests.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.text.ChatTemplate;
import org.lensdl4j.model.text.SpecialTokens;
import org.lensdl4j.tests.onnx.OnnxFiles;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Files of models mutated in many ways, read to their last number: see {@link Fuzz}. */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class FuzzedModelsTest {
  private static final String TEMPLATE =
      """
      {%- set ns = namespace(system='') -%}
      {%- for m in messages -%}
        {%- if m['role'] == 'system' and loop.first -%}{%- set ns.system = m.content | trim -%}
        {%- elif m.role in ['user', 'assistant'] -%}
      {{- bos_token if loop.first else '' }}<|{{ m.role | upper }}|>{{ m['content'][:400] ~ "\\n" }}
        {%- else -%}{{ raise_exception("role " + m.role) }}{%- endif -%}
      {%- endfor -%}
      {%- macro end(n=3) %}{% for i in range(n) %}{{ i }},{% endfor %}{% endmacro -%}
      {%- if add_generation_prompt and messages | length > 0 -%}{{ end() }}{{ messages | tojson }}{%- endif -%}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "generation_config.json"})
  void settings(String name) throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    fuzz(name, directory.resolve(name)).check(Mutations::text, () -> readAll(directory));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json"})
  void tokenizers(String name) throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    fuzz(name, directory.resolve(name)).check(Mutations::text, () -> encode(directory));
  }

  @Test
  void index() throws IOException {
    Path directory = TinyModels.write(TinyModels.SHARDED, folder);
    fuzz("index", directory.resolve("model.safetensors.index.json"))
        .check(Mutations::text, () -> readAll(directory));
  }

  @Test
  void safetensors() throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    fuzz("safetensors", directory.resolve("model.safetensors"))
        .check(Mutations::binary, () -> readAll(directory));
  }

  @Test
  void gguf() throws IOException {
    Path file = folder.resolve("tiny.gguf");
    Files.write(file, TinyGguf.bytes(TinyModels.GROUPED));
    fuzz("gguf", file)
        .check(
            Mutations::binary,
            () -> {
              readAll(file);
              encode(file);
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void splitGguf(int mutated) throws IOException {
    List<byte[]> parts = TinyGguf.writer(TinyModels.GROUPED).parts(2);
    List<Path> files =
        List.of(
            Files.write(folder.resolve("tiny-00001-of-00002.gguf"), parts.get(0)),
            Files.write(folder.resolve("tiny-00002-of-00002.gguf"), parts.get(1)));
    fuzz("split" + mutated, files.get(mutated))
        .check(
            Mutations::binary,
            () -> {
              readAll(files.get(0));
              encode(files.get(0));
            });
  }

  @Test
  void onnx() throws IOException {
    Path file = Files.copy(OnnxFiles.file("bert-op11"), folder.resolve("model.onnx"));
    fuzz("onnx", file)
        .check(
            Mutations::binary,
            () -> {
              try (OnnxModel model = OnnxModel.open(file)) {
                assertThat(model.outputs()).isNotNull();
              }
            });
  }

  @Test
  void templates() throws IOException {
    Path file = Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
    List<ChatMessage> chat = List.of(ChatMessage.system("s"), ChatMessage.user("Habari?"));
    fuzz("template", file)
        .check(
            (good, seed) -> utf8(Mutations.text(good, seed)),
            () -> ChatTemplate.of(Files.readString(file), SpecialTokens.NONE).render(chat, true));
  }

  /** What is no UTF-8 is refused where the file is read. */
  private static byte[] utf8(byte[] bytes) {
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter_config.json", "adapter_model.safetensors"})
  void adapters(String name) throws IOException {
    Path adapter = folder.resolve("adapter");
    try (LoraAdapters some = LoraAdapters.fresh(Lora.rank(2), TinyModels.GROUPED.config(), 4, 4)) {
      AdapterFolder.write(adapter, some, "tiny");
    }
    fuzz(name, adapter.resolve(name))
        .check(
            name.endsWith("json") ? Mutations::text : Mutations::binary,
            () -> AdapterFolder.read(adapter, TinyModels.GROUPED.config()).close());
  }

  private static Fuzz fuzz(String reader, Path file) {
    return new Fuzz(reader, file);
  }

  private static void readAll(Path source) {
    try (TransformerModel model = TransformerModel.open(source)) {
      for (String name : model.weights().tensors().keySet()) {
        try (INDArray a = model.weights().read(name)) {
          assertThat(a.isEmpty()).isFalse();
        }
      }
    }
  }

  private static void encode(Path source) {
    try (TransformerModel model = TransformerModel.open(source)) {
      assertThat(model.tokenizer().encode("ab cd")).isNotNull();
      model.chatTemplate().ifPresent(t -> t.render(List.of(ChatMessage.user("ab")), true));
    }
  }
}
