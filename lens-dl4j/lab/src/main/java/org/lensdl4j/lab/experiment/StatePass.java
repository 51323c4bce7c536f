package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.evaluate.Column;
import org.lensdl4j.lab.measure.HeldOutText;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.states.Texts;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;

/**
 * The states of parallel texts (a decoder's last token) after every layer, of a model and of the
 * same model after training. Prompts are those of measuring: whole, however the run was trained.
 */
final class StatePass {
  private static final String BEFORE = "before";
  private static final String AFTER = "after";

  private final States states;
  private final TrainedWeights trained;
  private final ParallelCorpus corpus;
  private final Pooling position;
  private final List<TokenSequence> prompts = new ArrayList<>();

  /**
   * A pass.
   *
   * @param trained a run's weights, or null for the model alone
   * @param position what is read of a text
   */
  StatePass(
      States states,
      TrainedWeights trained,
      ParallelCorpus corpus,
      Pooling position,
      String system,
      int maxTokens) {
    this.states = states;
    this.trained = trained;
    this.corpus = corpus;
    this.position = position;
    PromptEncoder encoder = Prompting.whole(system, maxTokens).encoder(states.model());
    for (String language : corpus.languages()) {
      for (String text : corpus.strings(language)) {
        prompts.add(HeldOutText.of(text, states.model().tokenizer(), encoder).prompt());
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
    Texts texts = states.texts(prompts);
    if (trained == null) {
      texts.pooled(position, (layer, rows) -> visitor.visit(layer, byLanguage(rows), null));
      return;
    }
    TransformerModel model = states.model();
    Map<Integer, Map<String, float[][]>> waiting = new HashMap<>();
    texts.forked(
        List.of(Column.untouched(BEFORE, model), Column.trained(AFTER, trained, model)),
        position == Pooling.LAST ? Outputs.LAST_TOKEN : Outputs.ALL_TOKENS,
        position,
        (columns, layer, rows) -> {
          Map<String, float[][]> read = byLanguage(rows);
          List<String> names = columns.stream().map(Column::name).toList();
          if (!names.contains(BEFORE)) {
            waiting.put(layer, read);
          } else if (names.contains(AFTER)) {
            visitor.visit(layer, read, read);
          } else {
            visitor.visit(layer, read, waiting.remove(layer));
          }
        },
        (columns, now, trunk) -> {});
  }

  private Map<String, float[][]> byLanguage(float[][] rows) {
    Map<String, float[][]> out = new LinkedHashMap<>();
    int at = 0;
    for (String language : corpus.languages()) {
      out.put(language, Arrays.copyOfRange(rows, at, at + corpus.size()));
      at += corpus.size();
    }
    return out;
  }
}
