package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.evaluate.tasks.LetterItem;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Logits of option letters for the first token of an answer: upstream's protocol. Only the letters'
 * rows of the head are read. The system turn is empty, as upstream's is for LLaMA 3.
 */
final class LetterScorer {
  private final Subject subject;
  private final States states;

  /** A scorer whose progress is told under a name. */
  public LetterScorer(Subject subject, String task, Progress progress) {
    this.subject = subject;
    states = subject.states().progress(task, progress);
  }

  /** The prompt of an item as the model reads it. */
  public static String prompt(Subject subject, LetterItem item) {
    return Conversation.render(subject.model(), "", List.of(ChatMessage.user(item.prompt())));
  }

  /**
   * Scores items that have the same letters.
   *
   * @return per column name, for each item its letters' logits
   */
  public Map<String, List<float[]>> score(List<LetterItem> items, String language) {
    int[] letters =
        items.get(0).letters().stream()
            .mapToInt(l -> subject.model().tokenizer().encode(l)[0])
            .toArray();
    List<TokenSequence> sequences = new ArrayList<>();
    items.forEach(
        i ->
            sequences.add(
                TokenSequence.of(subject.model().tokenizer().encode(prompt(subject, i)))));
    Map<String, List<float[]>> out = new LinkedHashMap<>();
    subject.columns().forEach(c -> out.put(c.name(), new ArrayList<>()));
    for (List<TokenSequence> part : states.parts(sequences)) {
      states
          .texts(part)
          .forked(
              subject.in(language),
              Outputs.LAST_TOKEN,
              (columns, rows, trunk) -> read(columns, rows, trunk, letters, out));
    }
    return out;
  }

  private static void read(
      List<Column.Way> columns,
      HiddenStates states,
      Trunk trunk,
      int[] letters,
      Map<String, List<float[]>> out) {
    for (Column.Way column : columns) {
      StateEdit edit = column.atEnd();
      float[][] rows = new float[states.texts()][states.hiddenSize()];
      for (int i = 0; i < rows.length; i++) {
        states.last(i, rows[i]);
        edit.apply(states.layer(), states.length(i) - 1, true, rows[i], 0);
      }
      try (INDArray hidden = Nd4j.createFromArray(rows);
          INDArray logits = trunk.logits(hidden, letters)) {
        out.get(column.name()).addAll(List.of(logits.toFloatMatrix()));
      }
    }
  }
}
