package org.lensdl4j.tests.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.lensdl4j.model.weights.TensorSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One of the paper's backbones: its published configuration, tensor names, tokenizer, template. */
enum Backbone {
  LLAMA_3("llama-3-8b-instruct"),
  LLAMA_3_1("llama-3.1-8b-instruct"),
  PHI_3_5("phi-3.5-mini-instruct");

  private static final ObjectMapper JSON = new ObjectMapper();
  static final int LAYERS = 3;
  private static final int HIDDEN = 64;

  final String id;

  Backbone(String id) {
    this.id = id;
  }

  ObjectNode published() throws IOException {
    return (ObjectNode)
        JSON.readTree(Path.of("src/test/resources/reference/backbones", id + ".json").toFile());
  }

  /** Names and shapes as the published shards list them. */
  Map<String, long[]> tensors(JsonNode config) {
    long hidden = config.get("hidden_size").asLong();
    long middle = config.get("intermediate_size").asLong();
    long vocabulary = config.get("vocab_size").asLong();
    long heads = config.get("num_attention_heads").asLong();
    long keys = hidden / heads * config.get("num_key_value_heads").asLong();
    Map<String, long[]> out = new LinkedHashMap<>();
    out.put("model.embed_tokens.weight", new long[] {vocabulary, hidden});
    for (int i = 0; i < config.get("num_hidden_layers").asInt(); i++) {
      String p = "model.layers." + i + ".";
      out.put(p + "input_layernorm.weight", new long[] {hidden});
      out.put(p + "post_attention_layernorm.weight", new long[] {hidden});
      out.put(p + "self_attn.o_proj.weight", new long[] {hidden, hidden});
      out.put(p + "mlp.down_proj.weight", new long[] {hidden, middle});
      if (this == PHI_3_5) {
        out.put(p + "self_attn.qkv_proj.weight", new long[] {hidden + 2 * keys, hidden});
        out.put(p + "mlp.gate_up_proj.weight", new long[] {2 * middle, hidden});
      } else {
        out.put(p + "self_attn.q_proj.weight", new long[] {hidden, hidden});
        out.put(p + "self_attn.k_proj.weight", new long[] {keys, hidden});
        out.put(p + "self_attn.v_proj.weight", new long[] {keys, hidden});
        out.put(p + "mlp.gate_proj.weight", new long[] {middle, hidden});
        out.put(p + "mlp.up_proj.weight", new long[] {middle, hidden});
      }
    }
    out.put("model.norm.weight", new long[] {hidden});
    out.put("lm_head.weight", new long[] {vocabulary, hidden});
    return out;
  }

  /** Writes the model at a reduced width with random bf16 weights in two shards. */
  void write(Path folder) throws IOException {
    BackboneTokenizer tokenizer = BackboneTokenizer.of(this);
    ObjectNode config = published();
    config.put("hidden_size", HIDDEN).put("intermediate_size", 96);
    config.put("num_hidden_layers", LAYERS).put("num_attention_heads", 4);
    config.put("num_key_value_heads", this == PHI_3_5 ? 4 : 1);
    config.put("vocab_size", tokenizer.size());
    config.put("bos_token_id", tokenizer.bos());
    if (config.get("eos_token_id").isArray()) {
      config.putArray("eos_token_id").add(tokenizer.eos());
    } else {
      config.put("eos_token_id", tokenizer.eos());
    }
    if (config.has("pad_token_id")) {
      config.put("pad_token_id", tokenizer.eos());
    }
    for (String factors : List.of("long_factor", "short_factor")) {
      if (config.path("rope_scaling").path(factors) instanceof ArrayNode all) {
        while (all.size() > HIDDEN / 4 / 2) {
          all.remove(all.size() - 1);
        }
      }
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config.toPrettyString());
    tokenizer.write(folder);
    shards(folder, tensors(config));
  }

  private void shards(Path folder, Map<String, long[]> tensors) throws IOException {
    List<String> names = new ArrayList<>(tensors.keySet());
    Random random = new Random(ordinal());
    ObjectNode index = JSON.createObjectNode();
    index.putObject("metadata").put("total_size", 0);
    ObjectNode map = index.putObject("weight_map");
    int half = names.size() / 2;
    for (int shard = 0; shard < 2; shard++) {
      String file = "model-0000" + (shard + 1) + "-of-00002.safetensors";
      SafetensorsWriter out = new SafetensorsWriter().metadata(Map.of("format", "pt"));
      for (String name : shard == 0 ? names.subList(0, half) : names.subList(half, names.size())) {
        long[] shape = tensors.get(name);
        float[] values = new float[(int) (shape.length == 1 ? shape[0] : shape[0] * shape[1])];
        for (int i = 0; i < values.length; i++) {
          double draw = random.nextGaussian();
          values[i] = (float) (shape.length == 1 ? 1 + 0.1 * draw : draw / Math.sqrt(shape[1]));
        }
        INDArray array = Nd4j.create(values, shape, 'c');
        out.add(name, DType.BF16, shape, TensorSource.of(array, DType.BF16));
        map.put(name, file);
      }
      out.write(folder.resolve(file));
    }
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toPrettyString());
  }
}
