package org.lensdl4j.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;

/**
 * Vectors of texts by an encoder: the states of the last layer, pooled as the directory says,
 * always divided by their length, for cosines.
 *
 * <pre>{@code
 * try (SentenceEncoder encoder = SentenceEncoder.open(directory)) {
 *   float[][] vectors = encoder.encode(List.of("Where is the station?", "Kituo kiko wapi?"));
 * }
 * }</pre>
 *
 * <p>One call at a time: each thread needs an encoder of its own.
 */
public final class SentenceEncoder implements AutoCloseable {
  /** Texts whose states are in memory together. */
  private static final int TEXTS = 256;

  private final TransformerModel model;
  private final Trunk trunk;
  private final Pooling pooling;
  private final PromptEncoder tokens;
  private final Guard guard = new Guard("this sentence encoder");

  private SentenceEncoder(TransformerModel model, Pooling pooling) {
    this.model = model;
    this.pooling = pooling;
    int most = model.config().maxPositions();
    PromptEncoder.Builder builder = PromptEncoder.builder(model.tokenizer());
    tokens = (most > 0 ? builder.maxTokens(most) : builder).build();
    trunk = model.trunk().build();
  }

  /**
   * Opens a directory, also one that {@code lens export} wrote.
   *
   * @throws org.lensdl4j.model.base.ModelFormatException if it holds no encoder, or does not say
   *     how it pools
   */
  public static SentenceEncoder open(Path directory) {
    TransformerModel model = TransformerModel.open(directory);
    try {
      model.config().requireEncoder("vectors of sentences");
      return new SentenceEncoder(model, SentencePooling.require(directory));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Numbers in a vector. */
  public int dimension() {
    return model.config().hiddenSize();
  }

  /**
   * The vectors of texts.
   *
   * @param texts cut to the positions that the encoder has; a shorter limit that a publisher chose
   *     ({@code sentence_bert_config.json}) is not read
   * @return {@code [texts][dimension]}, each of length 1
   */
  public float[][] encode(List<String> texts) {
    float[][] out = new float[texts.size()][dimension()];
    try (Guard.Use ignored = guard.enter()) {
      for (int from = 0; from < out.length; from += TEXTS) {
        encode(texts.subList(from, Math.min(out.length, from + TEXTS)), from, out);
      }
    }
    return out;
  }

  private void encode(List<String> texts, int from, float[][] out) {
    List<TokenSequence> sequences = new ArrayList<>();
    texts.forEach(text -> sequences.add(tokens.encode(text)));
    try (HiddenStates states = trunk.embed(sequences)) {
      trunk.advance(states, model.config().layers(), Outputs.ALL_TOKENS, null);
      for (int i = 0; i < texts.size(); i++) {
        float[] vector = out[from + i];
        if (pooling == Pooling.FIRST) {
          states.token(i, 0, vector);
        } else {
          states.mean(i, vector);
        }
        scale(vector);
      }
    }
  }

  private static void scale(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    double length = Math.sqrt(sum);
    for (int i = 0; i < vector.length && length > 0; i++) {
      vector[i] = (float) (vector[i] / length);
    }
  }

  @Override
  public void close() {
    guard.close(
        () -> {
          trunk.close();
          model.close();
        });
  }
}
