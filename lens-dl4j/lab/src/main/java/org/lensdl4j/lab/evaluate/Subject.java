package org.lensdl4j.lab.evaluate;

import java.util.List;
import org.lensdl4j.model.TransformerModel;

/**
 * A model and the columns that share its tokenizer and its lower layers.
 *
 * @param model closed by its owner
 * @param columns at least one
 * @param threads that texts go through the layers on
 */
public record Subject(TransformerModel model, List<Column> columns, int threads) {
  public Subject {
    columns = List.copyOf(columns);
  }

  /** On all processors. */
  public Subject(TransformerModel model, List<Column> columns) {
    this(model, columns, Runtime.getRuntime().availableProcessors());
  }
}
