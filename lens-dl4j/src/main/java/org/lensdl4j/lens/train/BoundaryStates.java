package org.lensdl4j.lens.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.DiskSpace;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The states that enter the trained layers, of all tokens of all instructions: the frozen layers
 * run once, whatever the number of epochs and runs.
 */
final class BoundaryStates implements AutoCloseable {
  private static final String FILE = "boundary.states";

  private final HiddenStates states;

  private BoundaryStates(HiddenStates states) {
    this.states = states;
  }

  static BoundaryStates of(
      TransformerModel model,
      List<EncodedInstruction> items,
      int topLayers,
      StateCache cache,
      Progress progress) {
    List<TokenSequence> texts = items.stream().map(EncodedInstruction::sequence).toList();
    int layer = model.config().layers() - topLayers;
    String key = StateCache.key("boundary", model.hash(), layer, texts);
    Path folder = cache.entry(key, to -> compute(model, texts, layer, to, progress));
    try {
      return new BoundaryStates(HiddenStates.open(folder.resolve(FILE)));
    } catch (IOException e) {
      throw new LensException(
          "cannot read hidden states in %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static void compute(
      TransformerModel model, List<TokenSequence> texts, int layer, Path folder, Progress progress)
      throws IOException {
    try (Trunk trunk =
            Trunk.builder(model.config(), model.weights()).progress("states", progress).build();
        HiddenStates states = trunk.embed(texts)) {
      long tokens = texts.stream().mapToLong(TokenSequence::length).sum();
      DiskSpace.require(folder, Float.BYTES * tokens * states.hiddenSize());
      if (layer > 0) {
        trunk.advance(states, layer, Outputs.ALL_TOKENS, null);
      }
      states.save(folder.resolve(FILE));
    }
  }

  /** Number of tokens at the start that all instructions share. */
  int shared() {
    return states.prefixLength();
  }

  /** The states of some instructions: the shared tokens once, then each one's own. */
  INDArray rows(List<Integer> items) {
    List<INDArray> parts = new ArrayList<>();
    if (shared() > 0) {
      parts.add(states.prefixRows());
    }
    items.forEach(i -> parts.add(states.rows(i)));
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
