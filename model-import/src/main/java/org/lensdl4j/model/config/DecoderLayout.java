package org.lensdl4j.model.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.model.weights.ModelFormatException;
import org.lensdl4j.model.weights.Suggestions;
import org.lensdl4j.model.weights.TensorInfo;
import org.lensdl4j.model.weights.Weights;

/** Which tensors a description needs, and of which shapes. */
public final class DecoderLayout {
  private DecoderLayout() {}

  /** Shapes by name, from the embedding to the head, in Hugging Face's order of a layer. */
  public static Map<String, List<Long>> tensors(ModelConfig c) {
    Map<String, List<Long>> out = new LinkedHashMap<>();
    long d = c.hiddenSize();
    out.put(TensorNames.EMBEDDING, List.of((long) c.vocabSize(), d));
    for (int i = 0; i < c.layers(); i++) {
      layer(c, i, out);
    }
    out.put(TensorNames.FINAL_NORM, List.of(d));
    if (!c.tiedHead()) {
      out.put(TensorNames.HEAD, List.of((long) c.vocabSize(), d));
    }
    return out;
  }

  /** Checks that everything is there, before hours of work. Further tensors are allowed. */
  public static void require(ModelConfig config, Weights weights, String source) {
    for (Map.Entry<String, List<Long>> e : tensors(config).entrySet()) {
      TensorInfo found = weights.tensors().get(e.getKey());
      if (found == null) {
        throw new ModelFormatException(
            source
                + " has no tensor "
                + e.getKey()
                + "."
                + Suggestions.near(e.getKey(), weights.tensors().keySet()));
      }
      if (!found.shape().equals(e.getValue())) {
        throw new ModelFormatException(
            "%s: %s has shape %s; its configuration asks for %s"
                .formatted(source, e.getKey(), found.shape(), e.getValue()));
      }
    }
  }

  private static void layer(ModelConfig c, int i, Map<String, List<Long>> out) {
    long d = c.hiddenSize();
    long q = (long) c.heads() * c.headDim();
    long kv = (long) c.keyValueHeads() * c.headDim();
    long m = c.intermediateSize();
    out.put(TensorNames.layer(i, "input_layernorm.weight"), List.of(d));
    linear(out, i, "self_attn.q_proj", q, d, c.attentionBias());
    linear(out, i, "self_attn.k_proj", kv, d, c.attentionBias());
    linear(out, i, "self_attn.v_proj", kv, d, c.attentionBias());
    linear(out, i, "self_attn.o_proj", d, q, c.outputBias());
    out.put(TensorNames.layer(i, "post_attention_layernorm.weight"), List.of(d));
    linear(out, i, "mlp.gate_proj", m, d, c.mlpBias());
    linear(out, i, "mlp.up_proj", m, d, c.mlpBias());
    linear(out, i, "mlp.down_proj", d, m, c.mlpBias());
  }

  private static void linear(
      Map<String, List<Long>> out, int layer, String part, long rows, long columns, boolean bias) {
    out.put(TensorNames.layer(layer, part + ".weight"), List.of(rows, columns));
    if (bias) {
      out.put(TensorNames.layer(layer, part + ".bias"), List.of(rows));
    }
  }
}
