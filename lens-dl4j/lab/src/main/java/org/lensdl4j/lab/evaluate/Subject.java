package org.lensdl4j.lab.evaluate;

import java.util.List;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.TransformerModel;

/**
 * A model and the columns that share its tokenizer and its lower layers.
 *
 * @param states of the model
 * @param columns at least one
 */
record Subject(States states, List<Column> columns) {
  Subject {
    columns = List.copyOf(columns);
  }

  /** Of a model that its owner closes; no states are kept. */
  Subject(TransformerModel model, List<Column> columns) {
    this(States.of(model, null), columns);
  }

  /** The columns on their way through texts of a language. */
  List<Column.Way> in(String language) {
    int layers = model().config().layers();
    return columns.stream().map(c -> c.in(language, layers)).toList();
  }

  /** The model. */
  TransformerModel model() {
    return states.model();
  }
}
