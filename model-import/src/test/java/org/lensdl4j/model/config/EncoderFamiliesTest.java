package org.lensdl4j.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.base.ModelFormatException;

class EncoderFamiliesTest {
  private static ObjectNode json(String type) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("model_type", type).put("hidden_size", 16).put("num_hidden_layers", 2);
    out.put("num_attention_heads", 4).put("intermediate_size", 24).put("vocab_size", 64);
    return out.put("max_position_embeddings", 514);
  }

  private static ModelConfig read(ObjectNode json) {
    return Architectures.fromJson("config.json", json, null);
  }

  @ParameterizedTest
  @CsvSource({"bert, 514", "roberta, 512", "xlm-roberta, 512", "mpnet, 512"})
  void textsAreAsLongAsThePositionsBehindThePadding(String type, int longest) {
    ModelConfig config = read(json(type));
    assertThat(config.isEncoder()).isTrue();
    assertThat(config.maxPositions()).isEqualTo(longest);
    assertThat(TensorShapes.tensors(config))
        .containsEntry(config.names().positionsWeight(), java.util.List.of(514L, 16L))
        .doesNotContainKey(".weight");
  }

  @ParameterizedTest
  @CsvSource({
    "bert, position_embedding_type, \"relative_key\"",
    "xlm-roberta, position_embedding_type, \"relative_key_query\"",
    "bert, is_decoder, true",
    "bert, add_cross_attention, true",
    "mpnet, relative_attention_num_buckets, 16"
  })
  void refusesWhatWouldChangeTheResult(String type, String key, String value) throws Exception {
    ObjectNode json = json(type);
    json.set(key, new ObjectMapper().readTree(value));
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(key + " = " + value + " changes what the model computes");
  }

  @Test
  void refusesPositionsThatEndBeforeTheFirst() {
    assertThatThrownBy(() -> read(json("xlm-roberta").put("max_position_embeddings", 2)))
        .hasMessageContaining("max_position_embeddings is 2; expected more than the 2");
  }

  @Test
  void paddingInsideOfATextIsNotCounted() {
    assertThat(new Encoder(1, false).positions(new int[] {0, 7, 1, 1, 9}))
        .containsExactly(2, 3, 1, 1, 4);
    assertThat(new Encoder(-1, false).positions(new int[] {0, 7, 1})).containsExactly(0, 1, 2);
  }

  /** Where the buckets of transformers begin. */
  @Test
  void buckets() {
    int[] begins = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91, 100_000};
    for (int b = 0; b < 16; b++) {
      for (int n = begins[b]; n < begins[b + 1]; n++) {
        assertThat(RelativePositions.bucket(-n)).as("at %d", -n).isEqualTo(b);
        if (n > 0) {
          assertThat(RelativePositions.bucket(n)).as("at %d", n).isEqualTo(16 + b);
        }
      }
    }
  }

  @Test
  void decodersAreNone() {
    ModelConfig llama = read(json("llama"));
    assertThat(llama.isEncoder()).isFalse();
    llama.requireDecoder("training");
  }
}
