package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.lensdl4j.model.base.ModelFormatException;

/** The encoder families: norms after each sum, learned positions, no head. */
final class EncoderFamilies {
  static final List<Family> ALL =
      List.of(
          family("bert", "BertModel", EncoderFamilies::bertDefaults, EncoderFamilies::absolute),
          family("roberta", "RobertaModel", EncoderFamilies::robertaDefaults, roberta()),
          family("xlm-roberta", "XLMRobertaModel", EncoderFamilies::robertaDefaults, roberta()),
          family("mpnet", "MPNetModel", EncoderFamilies::mpnetDefaults, EncoderFamilies::mpnet));

  private EncoderFamilies() {}

  private static Family family(
      String modelType,
      String architecture,
      Consumer<ConfigDraft> defaults,
      BiConsumer<ConfigReader, ConfigDraft> details) {
    return new Family(
        modelType, architecture, Map.of("rms_norm_eps", "layer_norm_eps"), defaults, details);
  }

  private static void bertDefaults(ConfigDraft d) {
    d.norm = Norm.LAYER;
    d.epsilon = 1e-12;
    d.maxPositions = 512;
    d.attentionBias = true;
    d.outputBias = true;
    d.mlpBias = true;
    d.activation = Activation.GELU;
    d.positions = Positions.LEARNED;
    d.bos = -1;
    d.eos = List.of();
    d.encoder = new Encoder(-1, false);
    d.names =
        new ParameterNames(
            "bert.",
            "encoder.layer",
            "embeddings.word_embeddings",
            "embeddings.position_embeddings",
            "embeddings.token_type_embeddings",
            "embeddings.LayerNorm",
            "",
            "",
            "",
            Map.of(
                TensorRole.QUERY, "attention.self.query",
                TensorRole.KEY, "attention.self.key",
                TensorRole.VALUE, "attention.self.value",
                TensorRole.OUTPUT, "attention.output.dense",
                TensorRole.ATTENTION_SUM_NORM, "attention.output.LayerNorm",
                TensorRole.UP, "intermediate.dense",
                TensorRole.DOWN, "output.dense",
                TensorRole.MLP_SUM_NORM, "output.LayerNorm"));
  }

  private static void absolute(ConfigReader in, ConfigDraft d) {
    if (!in.text("position_embedding_type", "absolute").equals("absolute")) {
      in.refuse("position_embedding_type");
    }
    d.tokenTypes = in.integer("type_vocab_size", 2, 1, Limits.VOCABULARY);
    encoder(in, d);
  }

  private static void robertaDefaults(ConfigDraft d) {
    bertDefaults(d);
    d.names = d.names.withPrefix("roberta.");
  }

  private static BiConsumer<ConfigReader, ConfigDraft> roberta() {
    return (in, d) -> {
      d.encoder = new Encoder(in.integer("pad_token_id", 1, 0, Limits.VOCABULARY), false);
      absolute(in, d);
    };
  }

  private static void mpnetDefaults(ConfigDraft d) {
    bertDefaults(d);
    d.tokenTypes = 0;
    // The padding's place is not read from the file in this family.
    d.encoder = new Encoder(1, true);
    d.names =
        new ParameterNames(
            "mpnet.",
            d.names.layers(),
            d.names.embedding(),
            d.names.positions(),
            "",
            d.names.embeddingNorm(),
            "",
            "",
            "encoder.relative_attention_bias",
            Map.of(
                TensorRole.QUERY, "attention.attn.q",
                TensorRole.KEY, "attention.attn.k",
                TensorRole.VALUE, "attention.attn.v",
                TensorRole.OUTPUT, "attention.attn.o",
                TensorRole.ATTENTION_SUM_NORM, "attention.LayerNorm",
                TensorRole.UP, "intermediate.dense",
                TensorRole.DOWN, "output.dense",
                TensorRole.MLP_SUM_NORM, "output.LayerNorm"));
  }

  private static void mpnet(ConfigReader in, ConfigDraft d) {
    // transformers itself computes with 32 whatever the file says.
    int buckets = RelativePositions.BUCKETS;
    if (in.integer("relative_attention_num_buckets", buckets, 1, Limits.VOCABULARY) != buckets) {
      in.refuse("relative_attention_num_buckets");
    }
    encoder(in, d);
  }

  private static void encoder(ConfigReader in, ConfigDraft d) {
    JsonNode decoder = in.get("is_decoder");
    if (decoder != null && decoder.asBoolean()) {
      in.refuse("is_decoder");
    }
    int rows = d.maxPositions;
    d.maxPositions = rows - d.encoder.unusedPositions();
    if (d.maxPositions < 1) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: max_position_embeddings is %d; expected more than the %d that no text uses",
              in.source(),
              rows,
              d.encoder.unusedPositions()));
    }
    // No family of these has grouped heads, and their language model heads are not used.
    d.keyValueHeads = 0;
    d.tied = true;
  }
}
