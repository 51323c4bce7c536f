package org.lensdl4j.model.config;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * The description of one transformer, a decoder or an encoder: everything that the graph builder
 * and the trunk need to know besides the weights. Each family of models fills this record in its
 * own way.
 *
 * @param modelType Hugging Face's {@code model_type}
 * @param hiddenSize d
 * @param layers K, the number of layers
 * @param heads query heads
 * @param keyValueHeads key/value heads; divides {@code heads}
 * @param headDim size of one head
 * @param intermediateSize width of the MLP
 * @param vocabSize rows of the embedding
 * @param maxPositions the longest sequence that the model was made for
 * @param normEpsilon added to the mean square or variance in norms
 * @param rotary position embedding
 * @param slidingWindow tokens that a query sees, itself included, in layers that have the window; 0
 *     for all
 * @param attentionBias whether q, k and v have biases
 * @param outputBias whether o has a bias
 * @param mlpBias whether gate, up and down have biases
 * @param tiedHead whether the LM head is the embedding
 * @param bosToken id that begins a text, or -1; whether it is put there is the tokenizer's rule
 * @param eosTokens ids that end a generation
 * @param structure how layers are built
 */
public record ModelConfig(
    String modelType,
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    int intermediateSize,
    int vocabSize,
    int maxPositions,
    double normEpsilon,
    Rotary rotary,
    int slidingWindow,
    boolean attentionBias,
    boolean outputBias,
    boolean mlpBias,
    boolean tiedHead,
    int bosToken,
    List<Integer> eosTokens,
    Structure structure) {
  public ModelConfig {
    eosTokens = List.copyOf(eosTokens);
  }

  /** A model that is built as LLaMA is. */
  public ModelConfig(
      String modelType,
      int hiddenSize,
      int layers,
      int heads,
      int keyValueHeads,
      int headDim,
      int intermediateSize,
      int vocabSize,
      int maxPositions,
      double normEpsilon,
      Rotary rotary,
      int slidingWindow,
      boolean attentionBias,
      boolean outputBias,
      boolean mlpBias,
      boolean tiedHead,
      int bosToken,
      List<Integer> eosTokens) {
    this(
        modelType,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headDim,
        intermediateSize,
        vocabSize,
        maxPositions,
        normEpsilon,
        rotary,
        slidingWindow,
        attentionBias,
        outputBias,
        mlpBias,
        tiedHead,
        bosToken,
        eosTokens,
        Structure.LLAMA);
  }

  /** Whether every token sees all others of its text, and nothing is ever generated. */
  @JsonIgnore // not a component: what is written of a configuration must be readable again
  public boolean isEncoder() {
    return structure.encoder() != null;
  }

  /**
   * Refuses an encoder.
   *
   * @param work what only decoders can do, as the message says it
   * @throws ModelFormatException for an encoder
   */
  public void requireDecoder(String work) {
    if (isEncoder()) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s needs a decoder; model_type '%s' is an encoder, which has no LM head",
              work,
              modelType));
    }
  }

  /**
   * Refuses decoders.
   *
   * @param work what needs an encoder, for the message
   * @throws ModelFormatException naming it and the family
   */
  public void requireEncoder(String work) {
    if (!isEncoder()) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT, "%s need an encoder; model_type '%s' is a decoder", work, modelType));
    }
  }

  /** What the tensors are called. */
  public ParameterNames names() {
    return structure.names();
  }

  /** The matrix that makes scores of the vocabulary. */
  public String headWeight() {
    return tiedHead ? names().embeddingWeight() : names().headWeight();
  }

  /** Whether a layer, 0-based, sees through the window only. */
  public boolean windowed(int layer) {
    return slidingWindow > 0 && (structure.windowed().isEmpty() || structure.windowed().get(layer));
  }

  /** Whether some layers see through the window and others do not. */
  public boolean mixesWindows() {
    return slidingWindow > 0
        && structure.windowed().contains(true)
        && structure.windowed().contains(false);
  }

  /** Tokens that a query of a layer, 0-based, sees, itself included; 0 for all. */
  public int window(int layer) {
    return windowed(layer) ? slidingWindow : 0;
  }

  /** Rotary embedding of a layer, 0-based. */
  public Rotary rotary(int layer) {
    return structure.localRotary() != null && windowed(layer) ? structure.localRotary() : rotary;
  }

  /** Leading elements of a head that are turned. */
  public int rotaryDim() {
    return structure.rotaryDim() == 0 ? headDim : structure.rotaryDim();
  }

  /** Whether a layer, 0-based, turns queries and keys; others do not know positions. */
  public boolean turns(int layer) {
    Turning turning = structure.turning();
    return structure.positions() == Positions.ROTARY
        && (turning == null || turning.still().isEmpty() || !turning.still().get(layer));
  }

  /** Whether neighbours are turned together, see {@link Turning#pairs}. */
  public boolean turnsPairs() {
    return structure.turning() != null && structure.turning().pairs();
  }

  /** Whether queries and keys are normed after they were turned. */
  public boolean normsAfterTurning() {
    return structure.turning() != null && structure.turning().normedAfter();
  }

  /** The factor of the attention's scores. */
  public double attentionScale() {
    double given = structure.scales().attention();
    return given == 0 ? 1 / Math.sqrt(headDim) : given;
  }

  /** The same with other tensor names. */
  public ModelConfig withNames(ParameterNames names) {
    return new ModelConfig(
        modelType,
        hiddenSize,
        layers,
        heads,
        keyValueHeads,
        headDim,
        intermediateSize,
        vocabSize,
        maxPositions,
        normEpsilon,
        rotary,
        slidingWindow,
        attentionBias,
        outputBias,
        mlpBias,
        tiedHead,
        bosToken,
        eosTokens,
        structure.withNames(names));
  }
}
