package org.lensdl4j.model.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How a family builds its layers, sizes apart: what the graph builder and the trunk read.
 *
 * <p>Where norms stand follows from which are named: before attention and MLP ({@link
 * TensorRole#ATTENTION_NORM}, {@link TensorRole#MLP_NORM}), after them ({@link
 * TensorRole#ATTENTION_POST_NORM}, {@link TensorRole#MLP_POST_NORM}), after their results were
 * added ({@link TensorRole#ATTENTION_SUM_NORM}, {@link TensorRole#MLP_SUM_NORM}), or several of
 * these. An MLP without {@link TensorRole#GATE} and {@link TensorRole#GATE_UP} has no gate.
 *
 * @param names of the tensors
 * @param norm what norms compute
 * @param headNorm norms of queries and keys, before they are turned; null for none
 * @param activation of the MLP
 * @param fusion how q, k and v are stored
 * @param transposed whether matrices are stored {@code [in, out]}: GPT-2
 * @param parallel whether the MLP reads what attention reads, not what attention wrote
 * @param positions how a token's place comes in
 * @param rotaryDim leading elements of a head that are turned; 0 for all
 * @param turning what is turned otherwise than in LLaMA, null for nothing
 * @param localRotary rotary embedding of the layers with a window, null for the same as elsewhere
 * @param windowed which layers have the window; empty for all
 * @param scales constant factors
 * @param tokenTypes rows of the token types; 0 for none
 * @param encoder what makes it an encoder, null for a decoder
 */
public record Structure(
    ParameterNames names,
    Norm norm,
    HeadNorm headNorm,
    Activation activation,
    Fusion fusion,
    boolean transposed,
    boolean parallel,
    Positions positions,
    int rotaryDim,
    // Old files do not have it, and what is written of models without it stays as it was.
    @JsonInclude(JsonInclude.Include.NON_NULL) Turning turning,
    Rotary localRotary,
    List<Boolean> windowed,
    Scales scales,
    int tokenTypes,
    Encoder encoder) {

  /** LLaMA's. */
  public static final Structure LLAMA =
      new Structure(
          ParameterNames.LLAMA,
          Norm.RMS,
          null,
          Activation.SILU,
          Fusion.SEPARATE,
          false,
          false,
          Positions.ROTARY,
          0,
          null,
          null,
          List.of(),
          Scales.NONE,
          0,
          null);

  public Structure {
    windowed = List.copyOf(windowed);
  }

  /** Whether the MLP multiplies with a gate. */
  public boolean gated() {
    return names.has(TensorRole.GATE) || names.has(TensorRole.GATE_UP);
  }

  Structure withNames(ParameterNames other) {
    return new Structure(
        other,
        norm,
        headNorm,
        activation,
        fusion,
        transposed,
        parallel,
        positions,
        rotaryDim,
        turning,
        localRotary,
        windowed,
        scales,
        tokenTypes,
        encoder);
  }
}
