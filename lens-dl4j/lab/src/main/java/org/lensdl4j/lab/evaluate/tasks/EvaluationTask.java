package org.lensdl4j.lab.evaluate.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.lensdl4j.lab.measure.Measure;
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
 * @param fromEnglish whether items are asked in English, by the line of the same id in the English
 *     file ({@link DataLine#english}); English itself is then no language of the task
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
    BiFunction<DataLine, String, TaskItem> item,
    boolean fromEnglish) {
  /** The language that items are asked in where it is not their own. */
  public static final String ENGLISH = "en";

  /** A task that is asked in the language of its items. */
  EvaluationTask(
      String name,
      String about,
      DataSource source,
      List<List<String>> keys,
      boolean parallel,
      List<Metric> metrics,
      int sample,
      List<String> languages,
      BiFunction<DataLine, String, TaskItem> item) {
    this(name, about, source, keys, parallel, metrics, sample, languages, item, false);
  }

  /** Whether somebody has to say in which language answers are. */
  public boolean needsIdentifier() {
    return name.equals(EvaluationTasks.FIDELITY)
        || metrics.stream()
            .anyMatch(m -> m.measure().equals(Measure.RIGHT_LANGUAGE.evaluationId()));
  }

  /**
   * The data in a language, with the English lines where the task is asked in English; empty if a
   * file is missing.
   *
   * @param data folder of data sets
   */
  public Optional<DataFile> read(Path data, String language) {
    Optional<Path> own = source.file(data, language);
    if (!fromEnglish || own.isEmpty()) {
      return own.map(DataFile::read);
    }
    return source.file(data, ENGLISH).map(e -> DataFile.read(own.get()).beside(DataFile.read(e)));
  }

  /** What to do where {@link #read} finds nothing. */
  public String advice(Path data, String language) {
    boolean english = fromEnglish && source.file(data, language).isPresent();
    return name + ": " + source.advice(data, english ? ENGLISH : language);
  }

  /** The name of an item, equal for parallel ones. */
  public String key(DataLine line, String language) {
    String key = Optional.ofNullable(line.key(keys)).orElse("line " + line.number());
    return parallel ? key : language + " " + key;
  }

  /** Whether a language is one that the task could be about at all. */
  public boolean concerns(String language) {
    return !fromEnglish || !language.equals(ENGLISH);
  }

  /** Whether the task can be asked in a language. */
  public boolean speaks(String language) {
    return languages.isEmpty() || languages.contains(language);
  }
}
