package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.PairedBootstrap.Estimate;

/** Rows of tables about candidates. */
final class CandidateRows {
  /** The measures that pictures show, in order. */
  static final List<Measure> SHOWN =
      List.of(
          Measure.RETRIEVAL_TO_CENTRAL,
          Measure.AGNOSTIC_GAP,
          Measure.DISPLACEMENT,
          Measure.BITS_PER_BYTE,
          Measure.DRIFT);

  /** The names of the columns of {@link #add}. */
  static final Object[] COLUMNS = {
    "measure",
    "language",
    Csv.interval("before"),
    Csv.interval("after"),
    Csv.interval("difference"),
    "p"
  };

  private CandidateRows() {}

  /** What a picture of changes has on its axis: which way is good is not the same for all. */
  static String axis(Measure measure) {
    return "after - before" + better(measure);
  }

  /** {@code , less is better} and the like; empty where neither way is good by itself. */
  static String better(Measure measure) {
    String words = measure.better().onAxis();
    return words.isEmpty() ? "" : ", " + words;
  }

  /** The shown measures that were taken. */
  static List<Measure> shown(Candidate candidate) {
    return SHOWN.stream().filter(candidate.measures()::contains).toList();
  }

  /** For a measure, where a picture's one figure is taken: all targets, or the central language. */
  static String where(Measure measure, Candidate candidate) {
    return measure == Measure.DRIFT ? candidate.config().central() : Candidate.ALL;
  }

  /** All measures of all languages and of the targets together, before and after. */
  static void add(Csv csv, List<Object> first, Candidate candidate) {
    for (Measure measure : candidate.measures()) {
      List<String> languages = new ArrayList<>(candidate.languages(measure));
      if (languages.stream().anyMatch(l -> !l.equals(candidate.config().central()))) {
        languages.add(Candidate.ALL);
      }
      for (String language : languages) {
        row(csv, first, measure, language, candidate.of(measure, language));
      }
    }
  }

  /** One row. */
  static void row(
      Csv csv, List<Object> first, Measure measure, String language, Estimate estimate) {
    List<Object> row = new ArrayList<>(first);
    row.add(measure.id());
    row.add(language);
    row.add(estimate.before());
    row.add(estimate.after());
    row.add(estimate.difference());
    row.add(estimate.p());
    csv.row(row.toArray());
  }

  /** Header of a table with columns before {@link #COLUMNS}. */
  static String[] header(String... first) {
    List<Object> parts = new ArrayList<>(List.of((Object[]) first));
    parts.addAll(List.of(COLUMNS));
    return Csv.header(parts.toArray());
  }
}
