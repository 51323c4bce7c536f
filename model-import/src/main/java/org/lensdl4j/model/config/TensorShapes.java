package org.lensdl4j.model.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.Suggestions;
import org.lensdl4j.model.weights.TensorInfo;
import org.lensdl4j.model.weights.Weights;

/** The tensors that a description requires, with their shapes. */
public final class TensorShapes {
  private TensorShapes() {}

  /** Shapes by name, from the embedding to the head, in Hugging Face's order of a layer. */
  public static Map<String, List<Long>> tensors(ModelConfig c) {
    Map<String, List<Long>> out = new LinkedHashMap<>();
    long d = c.hiddenSize();
    ParameterNames names = c.names();
    out.put(names.embeddingWeight(), List.of((long) c.vocabSize(), d));
    if (c.structure().positions() == Positions.LEARNED) {
      int unused = c.isEncoder() ? c.structure().encoder().unusedPositions() : 0;
      out.put(names.positionsWeight(), List.of((long) c.maxPositions() + unused, d));
    }
    if (!names.tokenTypes().isEmpty()) {
      out.put(names.tokenTypesWeight(), List.of((long) c.structure().tokenTypes(), d));
    }
    if (!names.relativeBias().isEmpty()) {
      out.put(
          names.relativeBiasWeight(), List.of((long) RelativePositions.BUCKETS, (long) c.heads()));
    }
    if (!names.embeddingNorm().isEmpty()) {
      norm(out, c, names.embeddingNormStem());
    }
    for (int i = 0; i < c.layers(); i++) {
      out.putAll(layer(c, i));
    }
    if (!names.finalNorm().isEmpty()) {
      norm(out, c, names.finalNormStem());
    }
    if (!c.tiedHead()) {
      out.put(names.headWeight(), List.of((long) c.vocabSize(), d));
    }
    return out;
  }

  /** The tensors of one layer, 0-based, in Hugging Face's order. */
  public static Map<String, List<Long>> layer(ModelConfig c, int layer) {
    Map<String, List<Long>> out = new LinkedHashMap<>();
    for (TensorRole role : TensorRole.values()) {
      if (c.names().has(role)) {
        switch (role.kind()) {
          case NORM -> norm(out, c, c.names().stem(layer, role));
          case HEAD_NORM -> headNorm(out, c, layer, role);
          default -> linear(out, c, layer, role);
        }
      }
    }
    return out;
  }

  /**
   * The description with the names that the files have: those of a model that was saved without its
   * head lack the prefix.
   */
  public static ModelConfig matching(ModelConfig config, Weights weights) {
    ParameterNames bare = config.names().withPrefix("");
    boolean without =
        !weights.tensors().containsKey(config.names().embeddingWeight())
            && weights.tensors().containsKey(bare.embeddingWeight());
    return without ? config.withNames(bare) : config;
  }

  /**
   * What names begin with in a model that has its head, whatever the files at hand say: {@code
   * transformer.} for GPT-2, whose published files lack it.
   */
  public static String wholeModelPrefix(ModelConfig config) {
    return Families.of(config.modelType()).draft().names.prefix();
  }

  /** Checks that every tensor is there, before hours of work. Further tensors are allowed. */
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
            String.format(
                Locale.ROOT,
                "%s: %s has shape %s; its configuration asks for %s",
                source,
                e.getKey(),
                found.shape(),
                e.getValue()));
      }
    }
  }

  private static void norm(Map<String, List<Long>> out, ModelConfig c, String stem) {
    out.put(stem + ".weight", List.of((long) c.hiddenSize()));
    if (c.structure().norm().bias()) {
      out.put(stem + ".bias", List.of((long) c.hiddenSize()));
    }
  }

  private static void headNorm(
      Map<String, List<Long>> out, ModelConfig c, int layer, TensorRole role) {
    long heads = role == TensorRole.QUERY_NORM ? c.heads() : c.keyValueHeads();
    long dim = c.headDim();
    switch (c.structure().headNorm()) {
      case SHARED -> out.put(c.names().weight(layer, role), List.of(dim));
      case WHOLE -> out.put(c.names().weight(layer, role), List.of(heads * dim));
      case TABLE -> out.put(c.names().weight(layer, role), List.of(heads, dim));
      default -> {
        for (int h = 0; h < heads; h++) {
          out.put(c.names().stem(layer, role) + "." + h + ".weight", List.of(dim));
        }
      }
    }
  }

  private static void linear(
      Map<String, List<Long>> out, ModelConfig c, int layer, TensorRole role) {
    long d = c.hiddenSize();
    long q = (long) c.heads() * c.headDim();
    long kv = (long) c.keyValueHeads() * c.headDim();
    long m = c.intermediateSize();
    switch (role) {
      case QUERY -> linear(out, c, layer, role, q, d, c.attentionBias());
      case KEY, VALUE -> linear(out, c, layer, role, kv, d, c.attentionBias());
      case FUSED -> linear(out, c, layer, role, q + 2 * kv, d, c.attentionBias());
      case OUTPUT -> linear(out, c, layer, role, d, q, c.outputBias());
      case GATE, UP -> linear(out, c, layer, role, m, d, c.mlpBias());
      case GATE_UP -> linear(out, c, layer, role, 2 * m, d, c.mlpBias());
      case DOWN -> linear(out, c, layer, role, d, m, c.mlpBias());
      default -> throw new IllegalArgumentException(role + " is no product");
    }
  }

  private static void linear(
      Map<String, List<Long>> out,
      ModelConfig c,
      int layer,
      TensorRole role,
      long rows,
      long columns,
      boolean bias) {
    boolean transposed = c.structure().transposed();
    out.put(
        c.names().weight(layer, role),
        transposed ? List.of(columns, rows) : List.of(rows, columns));
    if (bias) {
      out.put(c.names().bias(layer, role), List.of(rows));
    }
  }
}
