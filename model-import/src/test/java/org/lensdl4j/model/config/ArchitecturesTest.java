package org.lensdl4j.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModels;

class ArchitecturesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String LEAST =
      """
      {"model_type": "%s", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 8,
       "intermediate_size": 128, "vocab_size": 100%s}
      """;

  @TempDir Path folder;

  @Test
  void defaultsAreThoseOfTransformers() throws IOException {
    ModelConfig llama = read(LEAST.formatted("llama", ""));
    assertThat(llama)
        .isEqualTo(
            new ModelConfig(
                "llama",
                64,
                2,
                8,
                8,
                8,
                128,
                100,
                2048,
                1e-6,
                Rotary.plain(10_000),
                0,
                false,
                false,
                false,
                false,
                1,
                List.of(2)));
    ModelConfig mistral = read(LEAST.formatted("mistral", ""));
    assertThat(mistral.keyValueHeads()).isEqualTo(8);
    assertThat(mistral.slidingWindow()).isEqualTo(4096);
    assertThat(mistral.maxPositions()).isEqualTo(131_072);
    assertThat(read(LEAST.formatted("mistral", ", \"sliding_window\": null")).slidingWindow())
        .isZero();
    // A key that transformers ignores for the type has no effect here either.
    assertThat(read(LEAST.formatted("mistral", ", \"attention_bias\": true")).attentionBias())
        .isFalse();
    assertThat(read(LEAST.formatted("llama", ", \"sliding_window\": 4")).slidingWindow()).isZero();
    ModelConfig bias = read(LEAST.formatted("llama", ", \"attention_bias\": true"));
    assertThat(bias.attentionBias() && bias.outputBias()).isTrue();
  }

  @Test
  void rotaryInEveryForm() throws IOException {
    assertThat(rotary("\"rope_theta\": 5e5, \"rope_scaling\": null"))
        .isEqualTo(Rotary.plain(500_000));
    Rotary linear = new Rotary(10_000, Rotary.Scaling.LINEAR, 2, 1, 1, 0);
    assertThat(rotary("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0}"))
        .isEqualTo(linear);
    assertThat(rotary("\"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 2}"))
        .isEqualTo(linear);
    assertThat(rotary("\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 7}"))
        .isEqualTo(Rotary.plain(7));
    String llama3 =
        "{\"rope_type\": \"llama3\", \"rope_theta\": 500000.0, \"factor\": 8.0,"
            + " \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0,"
            + " \"original_max_position_embeddings\": 8192}";
    Rotary expected = new Rotary(500_000, Rotary.Scaling.LLAMA3, 8, 1, 4, 8192);
    assertThat(rotary("\"rope_parameters\": " + llama3)).isEqualTo(expected);
    assertThat(
            rotary(
                "\"rope_theta\": 500000.0, \"rope_scaling\": "
                    + llama3.replace("\"rope_theta\": 500000.0, ", "")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'rope_type': 'ntk', 'factor': 2}  | has type 'ntk', which is not supported; supported:",
        "{'type': 'yarn', 'factor': 2, 'truncate': false} | truncate = false changes what the model",
        "{'type': 'yarn'}                   | rope_scaling does not say factor",
        "{'type': 'dynamic', 'factor': 2}   | has type 'dynamic', which is not supported",
        "{'type': 'linear'}                 | rope_scaling does not say factor",
        "{'type': 'linear', 'factor': -1}   | factor is -1; expected a number from",
        "{'type': 'linear', 'factor': 2, 'beta_fast': 1} | beta_fast has no meaning with type",
        "3 | rope_scaling is 3; expected an object",
      })
  void refusesOtherRotaries(String scaling, String message) {
    refused(LEAST.formatted("llama", ", \"rope_scaling\": " + scaling.replace('\'', '"')), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_act            | \"relu2\"         | hidden_act is 'relu2'; supported: silu, gelu",
        "quantization_config   | {\"bits\": 4}     | quantization_config = {\"bits\":4} changes",
        "partial_rotary_factor | 0.5               | partial_rotary_factor = 0.5 changes what",
        "rope_interleaved      | true              | rope_interleaved = true changes what",
        "layer_types           | [\"sliding_attention\"] | layer_types = [\"sliding_attention\"]",
        "num_local_experts     | 8                 | num_local_experts = 8 changes what",
        "hidden_size           | \"64\"            | hidden_size is \"64\"; expected a whole",
        "hidden_size           | 1e3               | hidden_size is 1000.0; expected a whole",
        "hidden_size           | 2147483647        | hidden_size is 2147483647; expected 1 to",
        "hidden_size           | 99999999999999    | hidden_size is 99999999999999; expected",
        "hidden_size           | 65                | 65 is no multiple of 8 heads",
        "num_hidden_layers     | 0                 | num_hidden_layers is 0; expected 1 to",
        "num_key_value_heads   | 3                 | 8 query heads are no multiple of 3",
        "head_dim              | 7                 | 8 heads of size 7; the size must be even",
        "rms_norm_eps          | -1                | rms_norm_eps is -1; expected a number",
        "attention_bias        | \"yes\"           | attention_bias is \"yes\"; expected true",
        "eos_token_id          | [1, 100]          | eos_token_id 100 is outside of the vocab",
        "eos_token_id          | [1, \"a\"]        | eos_token_id is [1,\"a\"]",
        "vocab_size            | null              | does not say vocab_size",
        "model_type            | \"mamba\"         | has model_type 'mamba'; supported: llama, mi",
      })
  void refusesByName(String key, String value, String message) throws IOException {
    ObjectNode node = (ObjectNode) JSON.readTree(LEAST.formatted("llama", ""));
    node.set(key, JSON.readTree(value));
    refused(node.toString(), message);
  }

  @Test
  void neutralAndHarmlessKeysPass() throws IOException {
    read(
        LEAST.formatted(
            "llama",
            ", \"quantization_config\": null, \"partial_rotary_factor\": 1.0, \"rope_interleaved\":"
                + " false, \"pretraining_tp\": 1, \"something_new\": {\"a\": 1},"
                + " \"layer_types\": [\"full_attention\", \"full_attention\"]"));
  }

  @Test
  void endsOfBothFiles() throws IOException {
    JsonNode config = JSON.readTree(LEAST.formatted("llama", ", \"eos_token_id\": [5, 6]"));
    JsonNode generation = JSON.readTree("{\"eos_token_id\": [6, 7]}");
    assertThat(Architectures.fromJson("x", config, generation).eosTokens())
        .containsExactly(5, 6, 7);
    assertThat(read(LEAST.formatted("llama", ", \"eos_token_id\": null")).eosTokens()).isEmpty();
  }

  @Test
  void ggufOfOtherKindsIsRefused() throws IOException {
    refusedGguf("general.architecture", "falcon", "has general.architecture 'falcon'; supported");
    refusedGguf("llama.rope.scaling.type", "yarn", "asks for rotary scaling 'yarn', which is not");
    refusedGguf("llama.expert_count", 8, "expert_count asks for mixtures of experts");
    refusedGguf(
        "llama.rope.dimension_count", 4, "asks for rotary embedding of a part of each head");
    refusedGguf("llama.block_count", 0, "llama.block_count is 0; expected 1 to 4096");
    Path path = folder.resolve("a.gguf");
    var writer = TinyGguf.writer(TinyModels.GROUPED);
    Files.write(path, writer.tensor("rope_freqs.weight", new long[] {4}, 1, 1, 3, 8).bytes());
    refusedGguf(path, "holds rotary factors (rope_freqs.weight) that are not LLaMA 3's");
    writer = TinyGguf.writer(TinyModels.GROUPED);
    Files.write(path, writer.tensor("blk.0.ffn_gate_inp.weight", new long[] {1}, 1).bytes());
    refusedGguf(path, "holds tensor blk.0.ffn_gate_inp.weight, which architecture llama does not");
    writer = TinyGguf.writer(TinyModels.GROUPED);
    Files.write(
        path, writer.tensor("blk.3.ffn_up.weight", new long[] {1, 32}, new float[32]).bytes());
    refusedGguf(
        path, "model.layers.3.mlp.up_proj.weight has shape [1, 32]; its configuration asks");
  }

  @Test
  void missingTensorIsNamedAtOpening() throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    Path file = directory.resolve("config.json");
    Files.writeString(
        file,
        Files.readString(file).replace("\"num_hidden_layers\" : 4", "\"num_hidden_layers\" : 5"));
    assertThatThrownBy(() -> TransformerModel.open(directory))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(
            directory
                + " has no tensor model.layers.4.input_layernorm.weight. Similar names:"
                + " model.layers.0.input_layernorm.weight");
    Files.delete(file);
    assertThatThrownBy(() -> TransformerModel.open(directory))
        .hasMessage(directory + " has no config.json");
    assertThatThrownBy(() -> TransformerModel.open(folder.resolve("nothing")))
        .hasMessage("There is no model " + folder.resolve("nothing"));
  }

  private void refusedGguf(String key, Object value, String message) throws IOException {
    var writer = TinyGguf.writer(TinyModels.GROUPED);
    byte[] bytes =
        value instanceof String text
            ? writer.put(key, text).bytes()
            : writer.put(key, (int) value).bytes();
    Path path = folder.resolve("a.gguf");
    Files.write(path, bytes);
    refusedGguf(path, message);
  }

  private static void refusedGguf(Path path, String message) {
    assertThatThrownBy(() -> TransformerModel.open(path))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(message);
  }

  private static Rotary rotary(String keys) throws IOException {
    return read(LEAST.formatted("llama", ", " + keys)).rotary();
  }

  private static ModelConfig read(String config) throws IOException {
    return Architectures.fromJson("config.json", JSON.readTree(config), null);
  }

  private static void refused(String config, String message) {
    assertThatThrownBy(() -> read(config))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith("config.json")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"gpt_neox,0.25", "stablelm,0.25", "phi3,1"})
  void aPartOfEachHeadMayBeNamedInRopeParameters(String family, double usual) throws IOException {
    // Some families' own defaults do not fit a tiny model.
    String least = ", \"num_key_value_heads\": 8, \"eos_token_id\": 5";
    assertThat(read(LEAST.formatted(family, least)).rotaryDim()).isEqualTo((int) (8 * usual));
    String written =
        least
            + ", \"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500,"
            + " \"partial_rotary_factor\": 0.5}";
    ModelConfig read = read(LEAST.formatted(family, written));
    assertThat(read.rotaryDim()).isEqualTo(4);
    assertThat(read.rotary()).isEqualTo(Rotary.plain(500));
  }

  @Test
  void aPartThatTheFamilyDoesNotKnowIsRefused() {
    String written = ", \"rope_parameters\": {\"partial_rotary_factor\": 0.5}";
    assertThatThrownBy(() -> read(LEAST.formatted("llama", written)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("partial_rotary_factor");
  }
}
