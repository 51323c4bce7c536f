package org.lensdl4j.model.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.config.Architectures;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorShapes;
import org.lensdl4j.model.text.GgufTokenizer;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.GgufMetadata;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Rounding;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.lensdl4j.model.weights.TensorForm;
import org.lensdl4j.model.weights.TensorInfo;
import org.lensdl4j.model.weights.TensorSource;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Turns a GGUF file into a directory that {@code transformers} loads. */
final class GgufExport {
  private static final List<String> SPECIAL =
      List.of("bos_token", "eos_token", "unk_token", "pad_token");

  private final ObjectMapper json = new ObjectMapper();
  private final TransformerModel model;
  private final ModelConfig config;
  private final Set<String> changed;
  private final Function<String, TensorForm> forms;
  private final SafetensorsWriter weights;

  GgufExport(
      TransformerModel model, Map<String, INDArray> changed, Function<String, TensorForm> forms) {
    this.model = model;
    this.changed = changed.keySet();
    this.forms = forms;
    this.config = HuggingFaceForm.of(model.config(), model.source().toString());
    this.weights = weights(new OverlayWeights(model.weights(), changed));
  }

  long bytes() {
    return weights.dataBytes();
  }

  void write(Path folder) throws JsonProcessingException {
    GgufMetadata metadata = model.gguf().orElseThrow();
    GgufTokenizer tokenizer = GgufTokenizer.of(metadata.asMap(), metadata.source());
    AtomicFile.write(folder.resolve("config.json"), pretty(Architectures.toJson(config)));
    AtomicFile.write(folder.resolve("generation_config.json"), pretty(generation(metadata)));
    AtomicFile.write(folder.resolve("tokenizer.json"), tokenizer.tokenizerJson());
    JsonNode tokenizerConfig = json.readTree(tokenizer.config());
    AtomicFile.write(folder.resolve("tokenizer_config.json"), pretty(tokenizerConfig));
    ObjectNode special = json.createObjectNode();
    for (String name : SPECIAL) {
      if (tokenizerConfig.hasNonNull(name)) {
        special.set(name, tokenizerConfig.get(name));
      }
    }
    AtomicFile.write(folder.resolve("special_tokens_map.json"), pretty(special));
    weights.write(folder.resolve("model.safetensors"));
  }

  private SafetensorsWriter weights(Weights from) {
    SafetensorsWriter out = new SafetensorsWriter().metadata(Map.of("format", "pt"));
    TensorShapes.tensors(config)
        .forEach(
            (name, shape) -> {
              long[] dims = shape.stream().mapToLong(Long::longValue).toArray();
              TensorInfo stored = model.weights().tensors().get(name);
              if (stored == null) {
                // Hugging Face has biases on all of q, k, v, o or on none.
                if (!name.endsWith(".bias")) {
                  throw new ModelFormatException(model.source() + " has no tensor " + name);
                }
                out.add(name, DType.F32, dims, zeros(dims));
                return;
              }
              DType dtype = ChangedTensors.targetType(stored.dtype());
              TensorForm form =
                  changed.contains(name)
                      ? forms.apply(name)
                      : new TensorForm(name, dtype, Rounding.NEAREST);
              out.add(name, form.dtype(), dims, TensorSource.of(() -> from.read(name), form));
            });
    return out;
  }

  private static TensorSource zeros(long[] shape) {
    return TensorSource.of(() -> Nd4j.zeros(DataType.FLOAT, shape), DType.F32);
  }

  private ObjectNode generation(GgufMetadata metadata) {
    ObjectNode out = json.createObjectNode();
    if (config.bosToken() >= 0) {
      out.put("bos_token_id", config.bosToken());
    }
    HuggingFaceForm.putEnds(out, config.eosTokens());
    metadata
        .integer("tokenizer.ggml.padding_token_id")
        .filter(id -> id >= 0 && id < config.vocabSize())
        .ifPresent(id -> out.put("pad_token_id", id));
    return out;
  }

  private String pretty(JsonNode node) throws JsonProcessingException {
    return json.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
  }
}
