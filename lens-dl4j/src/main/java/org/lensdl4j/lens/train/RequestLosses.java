package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.loss.StateLoss;
import org.lensdl4j.lens.loss.TokenLoss;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.TransformerGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The losses of requests on top of the trained layers: the target at tokens of answers in other
 * languages, {@code retain} at those in the central one, the fence. Sums over tokens, not means.
 */
record RequestLosses(
    ModelConfig model, LanguageSpace space, LensConfig config, List<RequestFence> fences) {
  /** Placeholder: the states that the target wants, or those that are held. */
  static final String WANTED = "wanted";

  /** Placeholder: 1 for each token of an answer in another language. */
  static final String ASKED = "asked";

  /** Placeholder: 1 for each token of an answer in the central language. */
  static final String HELD = "held";

  /** Placeholder: the tokens that follow. */
  static final String LABELS = "labels";

  private static final String RETAIN = "retain_";

  /** Attaches them and names what is read of them. */
  List<String> attach(TransformerGraph graph) {
    SameDiff sd = graph.sameDiff();
    SDVariable now = sd.getVariable(graph.output());
    int hidden = model.hiddenSize();
    SDVariable wanted = sd.placeHolder(WANTED, DataType.FLOAT, -1, hidden);
    SDVariable asked = sd.placeHolder(ASKED, DataType.FLOAT, -1);
    SDVariable held = sd.placeHolder(HELD, DataType.FLOAT, -1);
    // Times the number of tokens: sums instead of means.
    SDVariable weight = asked.sum(0).mul(config.separate());
    switch (config.target()) {
      case SCORES ->
          TokenLoss.distillation(
                  sd.getVariable(TransformerGraph.LOGITS),
                  graph.scores(wanted),
                  model.vocabSize(),
                  asked)
              .weight(weight)
              .attach();
      case ANSWERS ->
          TokenLoss.crossEntropy(
                  sd.getVariable(TransformerGraph.LOGITS),
                  model.vocabSize(),
                  sd.placeHolder(LABELS, DataType.INT, -1),
                  asked)
              .weight(weight)
              .attach();
      default -> {
        StateLoss loss = StateLoss.distance(now, wanted, hidden, asked).weight(weight);
        if (config.target() == RequestTarget.SPECIFIC) {
          loss.within(space.specificArray(space.layers()));
        }
        loss.attach();
      }
    }
    if (config.retain() > 0) {
      StateLoss.distance(now, wanted, hidden, held)
          .prefix(RETAIN)
          .weight(held.sum(0).mul(config.retain()))
          .attach();
    }
    for (RequestFence fence : fences) {
      SDVariable limits =
          sd.placeHolder(fence.placeholder(), DataType.FLOAT, -1, config.languages().size());
      try (INDArray directions = Nd4j.createFromArray(fence.directions())) {
        StateLoss.fence(rows(graph, fence, now), directions, limits, asked)
            .prefix(fence.prefix())
            .weight(asked.sum(0).mul(config.fence()))
            .attach();
      }
    }
    return outputs();
  }

  /** The chosen rows of a layer's states; the last layer yields no others. */
  private SDVariable rows(TransformerGraph graph, RequestFence fence, SDVariable now) {
    if (fence.below() == 0) {
      return now;
    }
    SameDiff sd = graph.sameDiff();
    SDVariable all = sd.getVariable(TransformerGraph.tap(model.layers() - fence.below()));
    return sd.mmul(sd.getVariable(TransformerGraph.CHOICE), all);
  }

  private String target() {
    return switch (config.target()) {
      case SCORES -> TokenLoss.DISTILLATION;
      case ANSWERS -> TokenLoss.CROSS_ENTROPY;
      default -> StateLoss.DISTANCE;
    };
  }

  private List<String> outputs() {
    List<String> out = new ArrayList<>(names());
    out.add(targetRows());
    if (config.retain() > 0) {
      out.add(retainRows());
    }
    return out;
  }

  /** Names of the weighted terms. */
  List<String> names() {
    List<String> out = new ArrayList<>(List.of(target() + "_loss"));
    if (config.retain() > 0) {
      out.add(RETAIN + StateLoss.DISTANCE + "_loss");
    }
    fences.forEach(f -> out.add(f.loss()));
    return out;
  }

  /** The name of what each token has of the target. */
  String targetRows() {
    return target() + "_rows";
  }

  /** The name of what each token has of {@code retain}. */
  String retainRows() {
    return RETAIN + StateLoss.DISTANCE + "_rows";
  }
}
