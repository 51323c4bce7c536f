package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.testing.Prerequisite;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Against values of the Python package {@code gguf}; {@code make_blocks.py} made them. */
class BlockDecoderTest {

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
  void equalsPython(DType dtype) throws IOException {
    JsonNode reference = resource("blocks.json").path(dtype.name());
    byte[] blocks = HexFormat.of().parseHex(reference.path("blocks").asText());
    byte[] bytes = HexFormat.of().parseHex(reference.path("floats").asText());
    float[] expected = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(expected);
    assertThat(blocks).hasSize(3 * dtype.blockBytes());
    assertThat(expected).hasSize(3 * dtype.blockElements());

    float[] found = new float[expected.length + 2];
    FloatDecoder.decode(dtype, ByteBuffer.wrap(blocks), 0, found, 1, expected.length);
    for (int i = 0; i < expected.length; i++) {
      // Adding 0 makes the two zeros one.
      assertThat(found[i + 1] + 0f).as("element %d", i).isEqualTo(expected[i] + 0f);
    }
    assertThat(found[0]).isZero();
    assertThat(found[expected.length + 1]).isZero();
  }

  @Test
  @Tag("weights")
  void wholeTensorsOfSmolLm2EqualPython() throws Exception {
    Map<String, String> names =
        Map.of(
            "token_embd.weight", "model.embed_tokens.weight",
            "blk.0.attn_norm.weight", "model.layers.0.input_layernorm.weight",
            "blk.0.attn_v.weight", "model.layers.0.self_attn.v_proj.weight",
            "blk.17.ffn_down.weight", "model.layers.17.mlp.down_proj.weight",
            "output_norm.weight", "model.norm.weight");
    JsonNode reference = resource("smollm2.json");
    try (Weights weights = WeightFiles.ofGguf(GgufFile.open(Prerequisite.WEIGHTS.path()))) {
      for (Map.Entry<String, String> e : names.entrySet()) {
        try (INDArray array = weights.read(e.getValue())) {
          float[] values = array.data().asFloat();
          ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asFloatBuffer().put(values);
          byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
          assertThat(HexFormat.of().formatHex(digest))
              .as(e.getKey())
              .isEqualTo(reference.path(e.getKey()).asText());
        }
      }
    }
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = BlockDecoderTest.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(in);
    }
  }
}
