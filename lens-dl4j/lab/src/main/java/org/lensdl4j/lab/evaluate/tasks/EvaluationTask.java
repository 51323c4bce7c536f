package org.lensdl4j.lab.evaluate.tasks;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.lensdl4j.lab.measure.Metric;

/**
 * The description of one task.
 *
 * @param name as on the command line
 * @param about one line for people
 * @param source where its data come from
 * @param keys groups of fields, the first complete one of which identifies an item
 * @param parallel whether items with the same key say the same in every language
 * @param metrics what is measured of each item
 * @param sample items drawn by Python's {@code random.sample} with upstream's seed; 0 for all
 * @param languages languages that the task has words for; empty for any
 * @param item how a line becomes an item, given the language
 */
public record EvaluationTask(
    String name,
    String about,
    DataSource source,
    List<List<String>> keys,
    boolean parallel,
    List<Metric> metrics,
    int sample,
    List<String> languages,
    BiFunction<DataLine, String, TaskItem> item) {

  /** The name of an item, equal for parallel ones. */
  public String key(DataLine line, String language) {
    String key = Optional.ofNullable(line.key(keys)).orElse("line " + line.number());
    return parallel ? key : language + " " + key;
  }

  /** Whether the task can be asked in a language. */
  public boolean speaks(String language) {
    return languages.isEmpty() || languages.contains(language);
  }
}
