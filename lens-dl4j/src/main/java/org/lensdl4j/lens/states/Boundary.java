package org.lensdl4j.lens.states;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.lensdl4j.model.trunk.HiddenStates;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The states of all tokens of texts at one layer, as they enter the layers above. Texts are
 * numbered as they were asked for. Memory-mapped; close it after use.
 */
public final class Boundary implements AutoCloseable {
  private final HiddenStates states;

  Boundary(HiddenStates states) {
    this.states = states;
  }

  /** Number of tokens at the start that all texts share. */
  public int sharedTokens() {
    return states.prefixLength();
  }

  /** Number of tokens of a text, the shared ones included. */
  public int length(int text) {
    return states.length(text);
  }

  /** d. */
  public int hiddenSize() {
    return states.hiddenSize();
  }

  /**
   * The states of some texts: the shared tokens once, then each text's own.
   *
   * @return {@code [rows, hidden]}, owned by the caller
   */
  public INDArray rows(Collection<Integer> texts) {
    return rows(texts.stream().mapToInt(i -> i).toArray());
  }

  /**
   * The states of some texts: the shared tokens once, then each text's own.
   *
   * @return {@code [rows, hidden]}, owned by the caller
   */
  public INDArray rows(int[] texts) {
    List<INDArray> parts = new ArrayList<>();
    if (sharedTokens() > 0) {
      parts.add(states.prefixRows());
    }
    IntStream.of(texts).forEach(text -> parts.add(states.rows(text)));
    try {
      return Nd4j.concat(0, parts.toArray(INDArray[]::new));
    } finally {
      parts.forEach(INDArray::close);
    }
  }

  @Override
  public void close() {
    states.close();
  }
}
