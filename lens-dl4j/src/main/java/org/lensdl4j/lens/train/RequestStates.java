package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.lensdl4j.lens.states.Boundary;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.states.Texts;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What training reads of requests: the states that enter the trained layers, and those that the
 * untouched model leaves. Kept by {@link States}; close it after use.
 */
final class RequestStates implements AutoCloseable {
  private final Boundary entering;
  // The last layer's first, then that of the one below it.
  private final List<Boundary> references;

  private RequestStates(Boundary entering, List<Boundary> references) {
    this.entering = entering;
    this.references = references;
  }

  /**
   * The states of requests.
   *
   * @param layers that reference states are wanted of: the last one and those below it
   */
  static RequestStates of(
      TransformerModel model,
      List<EncodedRequest> items,
      int topLayers,
      int layers,
      StateCache cache,
      Progress progress) {
    Texts texts =
        States.of(model, cache).progress("states", progress).texts(EncodedRequest.texts(items));
    int last = model.config().layers();
    List<Boundary> opened = new ArrayList<>();
    try {
      opened.add(texts.at(last - topLayers));
      // From below, so that each takes up where the one before has ended.
      for (int below = layers - 1; below >= 0; below--) {
        opened.add(1, texts.at(last - below));
      }
      return new RequestStates(opened.get(0), List.copyOf(opened.subList(1, opened.size())));
    } catch (RuntimeException e) {
      opened.forEach(Boundary::close);
      throw e;
    }
  }

  /** Number of tokens at the start that all requests share. */
  int sharedTokens() {
    return entering.sharedTokens();
  }

  /** The states of some requests that enter the trained layers, {@code [rows, hidden]}. */
  INDArray entering(Collection<Integer> items) {
    return entering.rows(items);
  }

  /**
   * The untouched model's states.
   *
   * @param below 0 for the last layer, 1 for the one below it
   * @param chosen of the rows that {@link #entering} has
   * @return {@code [chosen, hidden]}, owned by the caller
   */
  INDArray reference(int below, Collection<Integer> items, int[] chosen) {
    Boundary at = references.get(below);
    try (INDArray rows = at.rows(items)) {
      INDArray out = Nd4j.createUninitialized(DataType.FLOAT, chosen.length, at.hiddenSize());
      for (int i = 0; i < chosen.length; i++) {
        try (INDArray row = rows.getRow(chosen[i])) {
          out.putRow(i, row);
        }
      }
      return out;
    }
  }

  @Override
  public void close() {
    entering.close();
    references.forEach(Boundary::close);
  }
}
