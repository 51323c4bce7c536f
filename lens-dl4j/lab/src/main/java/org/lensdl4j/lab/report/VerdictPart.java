package org.lensdl4j.lab.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Verdict;

/** The answer first: did it help, in which language, and what did it cost the central language. */
final class VerdictPart {
  private final EvaluationData evaluation;

  VerdictPart(EvaluationData evaluation) {
    this.evaluation = evaluation;
  }

  void write(Html out) {
    if (evaluation.others().isEmpty()) {
      out.paragraph(
          String.format(
              Locale.ROOT,
              "Evaluation %s measured one model only: there is nothing to compare it with.",
              evaluation.name()));
    }
    for (String column : evaluation.others()) {
      card(out, column);
    }
  }

  private void card(Html out, String column) {
    List<Figure> all = evaluation.headlines(column, false);
    Predicate<Figure> states = f -> f.task().equals(Figure.STATES);
    List<Figure> tasks = all.stream().filter(states.negate()).toList();
    List<Figure> measures = all.stream().filter(states).toList();
    List<Figure> pooled = evaluation.headlines(column, true);
    List<Figure> deciding = new ArrayList<>(targets(all));
    deciding.addAll(pooled);
    Judgement overall = Judgement.of(deciding);
    String central = evaluation.central();
    boolean cost =
        all.stream()
            .filter(f -> f.language().equals(central))
            .anyMatch(f -> f.change().verdict() == Verdict.WORSE);
    Judgement sign = cost ? overall.atACost() : overall;
    out.open("section", "class", "card " + sign.style());
    out.open("h3").element("span", sign.sign(), "class", "sign", "aria-hidden", "true");
    out.text(String.format(Locale.ROOT, "%s: %s", column, headline(targets(all), pooled, overall)));
    if (cost) {
      List<Figure> own = all.stream().filter(f -> f.language().equals(central)).toList();
      out.text(
          String.format(Locale.ROOT, "; %s: %s", Languages.name(central), Judgement.headline(own)));
    }
    out.close("h3");
    if (tasks.isEmpty()) {
      out.paragraph(
          "No task was measured, only hidden states and bits per byte: whether the model answers"
              + " better is not known.");
    } else {
      sentence(out, "At the tasks", targets(tasks));
    }
    if (!measures.isEmpty()) {
      sentence(out, "On texts that were not trained on", targets(measures));
    }
    String together = Judgement.evidence(pooled);
    if (!together.isEmpty()) {
      out.open("p").element("strong", "All of them together: ").text(together + ".").close("p");
    }
    cost(out, all);
    details(out, targets(all));
    out.close("section");
  }

  /** Names only what changed; of what changed in no single language, the mean. */
  private static String headline(List<Figure> single, List<Figure> pooled, Judgement overall) {
    String found = Judgement.headline(single);
    String together = Judgement.headline(pooled);
    if (!found.isEmpty() || !together.isEmpty()) {
      return found.isEmpty() ? together + " in the mean of the languages" : found;
    }
    String measured =
        single.stream().map(Figure::plain).distinct().collect(Collectors.joining(", "));
    return overall.words() + (measured.isEmpty() ? "" : ": " + measured);
  }

  private List<Figure> targets(List<Figure> figures) {
    return figures.stream().filter(f -> !f.language().equals(evaluation.central())).toList();
  }

  private void sentence(Html out, String where, List<Figure> figures) {
    Map<Judgement, List<String>> groups = new EnumMap<>(Judgement.class);
    for (String language : evaluation.languages()) {
      List<Figure> own = figures.stream().filter(f -> f.language().equals(language)).toList();
      if (!own.isEmpty()) {
        groups
            .computeIfAbsent(Judgement.of(own), j -> new ArrayList<>())
            .add(Languages.name(language));
      }
    }
    List<String> parts = new ArrayList<>();
    groups.forEach((j, names) -> parts.add(j.words() + " in " + String.join(", ", names)));
    out.open("p").element("strong", where + ": ");
    out.text(parts.isEmpty() ? "not measured." : String.join("; ", parts) + ".").close("p");
  }

  private void cost(Html out, List<Figure> all) {
    String name = Languages.name(evaluation.central());
    List<Figure> own = all.stream().filter(f -> f.language().equals(evaluation.central())).toList();
    String said;
    if (own.isEmpty()) {
      said = String.format(Locale.ROOT, "%s was not measured: what it cost is not known.", name);
    } else {
      boolean worse = own.stream().anyMatch(f -> f.change().verdict() == Verdict.WORSE);
      String evidence = Judgement.evidence(own);
      String power = Judgement.power(own);
      said =
          (worse ? name + " got worse." : name + ": no loss that this many items can show.")
              + (evidence.isEmpty() ? "" : " It is " + evidence + ".")
              + (power.isEmpty() ? "" : " Not seen otherwise, where " + power + ".");
    }
    out.open("p").element("strong", "What it cost: ").text(said).close("p");
  }

  private void details(Html out, List<Figure> figures) {
    out.open("details").element("summary", "Language by language").open("ul");
    for (String language : evaluation.languages()) {
      List<Figure> own = figures.stream().filter(f -> f.language().equals(language)).toList();
      if (own.isEmpty()) {
        continue;
      }
      Judgement judgement = Judgement.of(own);
      String evidence = Judgement.evidence(own);
      String power = Judgement.power(own);
      out.open("li").element("strong", Languages.name(language) + ": ");
      out.text(evidence.isEmpty() ? judgement.words() : evidence);
      out.text(power.isEmpty() ? "" : ". No difference shown otherwise: " + power).text(".");
      out.close("li");
    }
    out.close("ul").close("details");
  }
}
