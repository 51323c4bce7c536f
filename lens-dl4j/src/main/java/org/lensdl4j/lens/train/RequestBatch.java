package org.lensdl4j.lens.train;

import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns requests, given by number, into the placeholders of the trained layers and of {@link
 * RequestLosses}.
 */
final class RequestBatch {
  private final ModelConfig model;
  private final LensConfig config;
  private final List<EncodedRequest> items;
  private final RequestStates states;
  private final List<RequestFence> fences;
  private final int central;
  private final float[][] displacements;

  RequestBatch(
      ModelConfig model,
      LanguageSpace space,
      LensConfig config,
      List<EncodedRequest> items,
      RequestStates states,
      List<RequestFence> fences) {
    this.model = model;
    this.config = config;
    this.items = items;
    this.states = states;
    this.fences = fences;
    List<String> languages = config.languages();
    central = languages.indexOf(config.central());
    displacements = new float[languages.size()][space.hiddenSize()];
    for (String language : config.targets()) {
      double[] direction = space.direction(space.layers(), language);
      float[] displacement = displacements[languages.indexOf(language)];
      for (int k = 0; k < direction.length; k++) {
        displacement[k] = (float) (config.lambda(language) * direction[k]);
      }
    }
  }

  /** The language of each row that is trained on. */
  int[] languages(List<Integer> chosen) {
    return chosen.stream()
        .map(items::get)
        .flatMapToInt(i -> IntStream.of(i.from()).map(p -> i.language()))
        .toArray();
  }

  /** The placeholders of a micro-batch; the caller closes them. */
  Map<String, INDArray> assemble(List<Integer> chosen) {
    int shared = states.sharedTokens();
    int[] own = chosen.stream().mapToInt(i -> items.get(i).ids().length - shared).toArray();
    RowBatch batch = new RowBatch(shared, own);
    IntStream.Builder rows = IntStream.builder();
    IntStream.Builder labels = IntStream.builder();
    for (int i = 0; i < own.length; i++) {
      EncodedRequest item = items.get(chosen.get(i));
      int[] rowOf = batch.rowsOf(i);
      for (int from : item.from()) {
        rows.add(rowOf[from]);
        labels.add(item.next(from));
      }
    }
    int[] picked = rows.build().toArray();
    int[] languages = languages(chosen);
    try (OwnedArrays out = new OwnedArrays()) {
      out.putAll(batch.placeholders(model, picked));
      out.put(TransformerGraph.HIDDEN, states.entering(chosen));
      out.put(RequestLosses.WANTED, wanted(chosen, picked, languages));
      out.put(RequestLosses.ASKED, counted(languages, l -> l != central));
      out.put(RequestLosses.HELD, counted(languages, l -> l == central));
      if (config.target() == RequestTarget.ANSWERS) {
        out.put(RequestLosses.LABELS, Nd4j.createFromArray(labels.build().toArray()));
      }
      for (RequestFence fence : fences) {
        out.put(fence.placeholder(), fence.limits(languages));
      }
      return out.handOver();
    }
  }

  private INDArray wanted(List<Integer> chosen, int[] picked, int[] languages) {
    INDArray out = states.reference(0, chosen, picked);
    float[][] moves = new float[languages.length][];
    for (int i = 0; i < moves.length; i++) {
      moves[i] = displacements[languages[i]];
    }
    try (INDArray moved = Nd4j.createFromArray(moves)) {
      return out.addi(moved);
    }
  }

  private static INDArray counted(int[] languages, IntPredicate counts) {
    float[] out = new float[languages.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = counts.test(languages[i]) ? 1 : 0;
    }
    return Nd4j.createFromArray(out);
  }
}
