package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.evaluate.Column;
import org.lensdl4j.lab.evaluate.Subject;
import org.lensdl4j.lab.evaluate.TrunkPass;
import org.lensdl4j.lab.measure.HeldOutText;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;

/**
 * The states of parallel texts (a decoder's last token) after every layer, of a model and of the
 * same model after training. Prompts are those of measuring: whole, however the run was trained.
 */
final class StatePass {
  private static final String BEFORE = "before";
  private static final String AFTER = "after";

  private final TransformerModel model;
  private final TrainedWeights trained;
  private final ParallelCorpus corpus;
  private final Pooling position;
  private final List<TokenSequence> prompts = new ArrayList<>();
  private final Progress progress;

  /**
   * A pass.
   *
   * @param trained a run's weights, or null for the model alone
   * @param position what is read of a text
   */
  StatePass(
      TransformerModel model,
      TrainedWeights trained,
      ParallelCorpus corpus,
      Pooling position,
      String system,
      int maxTokens,
      Progress progress) {
    this.model = model;
    this.trained = trained;
    this.corpus = corpus;
    this.position = position;
    this.progress = progress;
    PromptEncoder encoder =
        PromptEncoder.builder(model.tokenizer())
            .template(model.chatTemplate().orElse(null))
            .system(system)
            .maxTokens(maxTokens)
            .build();
    for (String language : corpus.languages()) {
      for (String text : corpus.strings(language)) {
        prompts.add(HeldOutText.of(text, model.tokenizer(), encoder).prompt());
      }
    }
  }

  /** Sees the states of both sides, by language {@code [n][d]}. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Called once for each layer; not in order.
     *
     * @param layer 1..K
     * @param after null without a run; the same map as {@code before} below the trained layers
     */
    void visit(int layer, Map<String, float[][]> before, Map<String, float[][]> after);
  }

  /** Runs the texts. */
  void run(Visitor visitor) {
    List<Column> columns = new ArrayList<>(List.of(Column.untouched(BEFORE, model)));
    if (trained != null) {
      columns.add(Column.trained(AFTER, trained, model));
    }
    Map<Integer, Map<String, float[][]>> waiting = new HashMap<>();
    new TrunkPass(new Subject(model, columns), "states", progress)
        .run(
            prompts,
            position == Pooling.LAST ? Outputs.LAST_TOKEN : Outputs.ALL_TOKENS,
            (now, layer, states) -> {
              Map<String, float[][]> read = last(states);
              List<String> names = now.stream().map(Column::name).toList();
              if (!names.contains(BEFORE)) {
                waiting.put(layer, read);
              } else if (names.contains(AFTER)) {
                visitor.visit(layer, read, read);
              } else {
                visitor.visit(layer, read, waiting.remove(layer));
              }
            },
            (now, states, trunk) -> {});
  }

  private Map<String, float[][]> last(HiddenStates states) {
    Map<String, float[][]> out = new LinkedHashMap<>();
    int at = 0;
    for (String language : corpus.languages()) {
      float[][] own = new float[corpus.size()][states.hiddenSize()];
      for (float[] state : own) {
        position.of(states, at++, state);
      }
      out.put(language, own);
    }
    return out;
  }
}
