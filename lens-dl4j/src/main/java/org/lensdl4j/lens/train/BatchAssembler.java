package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.loss.LensBatch;
import org.lensdl4j.lens.loss.LensPacking;
import org.lensdl4j.lens.loss.LensRows;
import org.lensdl4j.lens.loss.PackedTexts;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns prompts, given by number, into the placeholders of the trained layers and of their losses.
 *
 * @param position what the losses read of a text
 * @param blocks groups in which the texts attend
 * @param batch of the losses
 * @param top reads the states of the last layer
 * @param all reads those of the layers below it
 */
record BatchAssembler(
    ModelConfig model,
    LensConfig config,
    Pooling position,
    TopStates states,
    int blocks,
    LensBatch batch,
    LensPacking top,
    LensPacking all,
    List<LayerObjective> layers) {

  /** The placeholders of a micro-batch; the caller closes them. */
  synchronized Map<String, INDArray> assemble(List<Integer> prompts) {
    List<String> languages = new ArrayList<>();
    int count = config.languages().size();
    int[] promptOfText = new int[prompts.size() * count];
    int[] texts = new int[promptOfText.length];
    int[] own = new int[texts.length];
    for (int i = 0; i < texts.length; i++) {
      languages.add(config.languages().get(i % count));
      promptOfText[i] = i / count;
      texts[i] = states.text(prompts.get(i / count), i % count);
      own[i] = states.length(texts[i]) - states.sharedTokens();
    }
    LensRows of = batch.rows(languages, promptOfText);
    RowBatch rows = new RowBatch(states.sharedTokens(), own).inBlocks(blocks);
    PackedTexts packed = packed(rows);
    try (OwnedArrays out = new OwnedArrays()) {
      if (position == Pooling.MEAN) {
        out.putAll(rows.placeholders(model));
        out.putAll(top.arrays(of, packed));
      } else {
        int[] chosen = top.needed(of, packed);
        out.putAll(rows.placeholders(model, chosen));
        out.putAll(top.arrays(of, packed.only(chosen)));
      }
      out.putAll(all.arrays(of, packed));
      out.putAll(batch.arrays(of));
      for (LayerObjective at : layers) {
        String before = at.prefix() + "before";
        out.put(before + "_last", gather(texts, t -> states.reference(position, at.below(), t)));
        out.put(before + "_mean", gather(texts, t -> states.referenceMean(at.below(), t)));
      }
      out.put(TransformerGraph.HIDDEN, states.rows(texts));
      return out.handOver();
    }
  }

  private PackedTexts packed(RowBatch rows) {
    int[][] read = new int[rows.texts()][];
    int[][] tokens = new int[rows.texts()][];
    for (int i = 0; i < read.length; i++) {
      tokens[i] = rows.rowsOf(i);
      read[i] =
          switch (position) {
            case LAST -> new int[] {rows.lastRow(i)};
            case REST ->
                Arrays.copyOfRange(tokens[i], Math.min(1, tokens[i].length - 1), tokens[i].length);
            case MEAN -> tokens[i];
            case FIRST -> new int[] {tokens[i][0]};
          };
    }
    return new PackedTexts(rows.rows(), read, tokens);
  }

  private static INDArray gather(int[] texts, IntFunction<float[]> state) {
    float[][] out = new float[texts.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = state.apply(texts[i]);
    }
    return Nd4j.createFromArray(out);
  }
}
