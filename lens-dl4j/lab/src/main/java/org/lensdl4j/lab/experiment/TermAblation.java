package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.PairedBootstrap.Estimate;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * What each term of the loss is for: training with all of them, without one, and with one alone.
 *
 * @param arms the first has all terms
 */
public record TermAblation(List<Candidate> arms) {
  /** The name of its files. */
  public static final String NAME = "terms";

  static final String FULL = "all terms";

  public TermAblation {
    arms = List.copyOf(arms);
  }

  /**
   * Trains the arms.
   *
   * @param base the settings; terms of weight 0 stay off
   * @param progress hears about it as {@code trials}
   * @throws LensException if the settings have fewer than two terms on
   */
  public static TermAblation of(Trials trials, LensConfig base, Progress progress) {
    Map<String, LensConfig> configs = configs(base);
    List<Candidate> arms = new ArrayList<>();
    configs.forEach(
        (name, config) -> {
          progress.update("trials", arms.size(), configs.size());
          arms.add(Candidate.of(trials, name, config, base));
        });
    progress.update("trials", arms.size(), configs.size());
    return new TermAblation(arms);
  }

  private static Map<String, LensConfig> configs(LensConfig base) {
    List<Term> on = Arrays.stream(Term.values()).filter(t -> t.weight(base) > 0).toList();
    if (on.size() < 2) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "terms: found %s with a weight above 0, expected at least 2 to leave one out",
              on));
    }
    Map<String, LensConfig> out = new LinkedHashMap<>();
    out.put(FULL, base);
    for (Term term : on) {
      LensConfigBuilder builder = base.toBuilder();
      term.set(builder, 0);
      out.put("without " + term.label(), builder.build());
    }
    // With two terms, to leave one out is to have the other alone.
    for (Term term : on.size() < 3 ? List.<Term>of() : on) {
      LensConfigBuilder builder = base.toBuilder();
      on.stream().filter(t -> t != term).forEach(t -> t.set(builder, 0));
      out.put("only " + term.label(), builder.build());
    }
    return out;
  }

  /**
   * One arm.
   *
   * @param name {@code all terms}, {@code without align}, {@code only align}, ...
   */
  public Candidate arm(String name) {
    return arms.stream()
        .filter(a -> a.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new LensException(String.format(Locale.ROOT, "there is no arm '%s'", name)));
  }

  /** The figures as files. */
  public Analysis analysis() {
    String title = "What each term of the loss does";
    return new Analysis(NAME, title, finding(), Map.of(), csv(), chart(title));
  }

  private String chart(String title) {
    return CandidateCharts.changes(
        title,
        "Change by training with all terms, without one and with one alone; mean over the target"
            + " languages with 95 % intervals.",
        arms);
  }

  private String finding() {
    Candidate full = arms.get(0);
    List<String> parts = new ArrayList<>();
    for (Term term : Term.values()) {
      if (term.weight(full.config()) > 0) {
        Measure aim = term.aim();
        Estimate e =
            full.against(arm("without " + term.label()), aim, CandidateRows.where(aim, full));
        parts.add(
            String.format(
                Locale.ROOT,
                "without %s, %s %s",
                term.label(),
                aim.plain(),
                Words.against(e.difference())));
      }
    }
    parts.add(others(Measure.RETRIEVAL_TO_CENTRAL));
    if (full.measures().contains(Measure.BITS_PER_BYTE)) {
      parts.add(others(Measure.BITS_PER_BYTE));
    }
    return String.format(
        Locale.ROOT,
        "Against training with all terms: %s. On %s, intervals of 95 %% not corrected for the %d arms.",
        String.join("; ", parts),
        Words.items(full.result().items()),
        arms.size() - 1);
  }

  /** Which arms differ from the first in what no term asks for. */
  private String others(Measure measure) {
    Candidate full = arms.get(0);
    List<String> differ = new ArrayList<>();
    for (Candidate arm : arms.subList(1, arms.size())) {
      Estimate e = full.against(arm, measure, Candidate.ALL);
      if (e.difference().excludesZero()) {
        differ.add(
            String.format(
                Locale.ROOT, "%s (%s)", arm.name(), Words.signed(e.difference().value())));
      }
    }
    String label = measure.plain() + CandidateRows.better(measure);
    return differ.isEmpty()
        ? label + ": no arm differs beyond chance"
        : label + ": beyond chance differ " + Words.list(differ);
  }

  private String csv() {
    Csv csv =
        new Csv(
            CandidateRows.header(
                "arm", "mean_align_loss", "mean_separate_loss", "mean_retain_loss", "compared"));
    for (Candidate arm : arms) {
      CandidateRows.add(csv, first(arm, "after - before"), arm);
      if (arm != arms.get(0)) {
        for (Measure measure : arm.measures()) {
          String where = CandidateRows.where(measure, arm);
          CandidateRows.row(
              csv,
              first(arm, "arm - all terms"),
              measure,
              where,
              arms.get(0).against(arm, measure, where));
        }
      }
    }
    return csv.toString();
  }

  private static List<Object> first(Candidate arm, String compared) {
    return List.of(
        arm.name(), arm.term(Term.ALIGN), arm.term(Term.SEPARATE), arm.term(Term.RETAIN), compared);
  }
}
