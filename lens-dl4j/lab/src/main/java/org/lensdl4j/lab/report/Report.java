package org.lensdl4j.lab.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.LensException;

/**
 * One HTML page about runs: the verdict in plain words first, then figures with intervals,
 * pictures, samples, settings and costs. The page needs no network and no script; it reads in light
 * and dark, on a phone and on paper.
 *
 * <pre>{@code
 * Report.of(Path.of("runs/zh-sw"))
 *     .evaluation(Path.of("evaluation"))
 *     .analysis(Path.of("analysis"))
 *     .write(Path.of("report.html"));
 * }</pre>
 *
 * Files are read, no model is opened. Everything in them is untrusted: texts are escaped, pictures
 * are images, which run no script and load nothing. What was not given is said on the page.
 */
public final class Report {
  private final List<Path> runs;
  private final List<Path> evaluations = new ArrayList<>();
  private final List<Path> analyses = new ArrayList<>();
  private final List<Path> searches = new ArrayList<>();

  private Report(List<Path> runs) {
    this.runs = List.copyOf(runs);
  }

  /** A report on run folders, of {@code lens train} or instruction tuning; none is fine too. */
  public static Report of(Path... runs) {
    return new Report(List.of(runs));
  }

  /** Adds an evaluation folder. */
  public Report evaluation(Path folder) {
    evaluations.add(folder);
    return this;
  }

  /** Adds a folder of analyses. */
  public Report analysis(Path folder) {
    analyses.add(folder);
    return this;
  }

  /** Adds a search folder. */
  public Report search(Path folder) {
    searches.add(folder);
    return this;
  }

  /**
   * Writes the page; it appears whole or not at all.
   *
   * @throws LensException or {@link org.lensdl4j.model.base.ModelFormatException} naming the file
   *     that cannot be used
   */
  public void write(Path file) {
    AtomicFile.write(file, html());
  }

  /** The page. */
  public String html() {
    if (runs.isEmpty() && evaluations.isEmpty() && analyses.isEmpty() && searches.isEmpty()) {
      throw new LensException(
          "nothing to report on: expected a run, evaluation, analysis or search");
    }
    List<RunData> allRuns = distinct(runs.stream().map(RunData::read).toList());
    List<EvaluationData> all = evaluations.stream().map(EvaluationData::read).toList();
    Map<String, Html> parts = new LinkedHashMap<>();
    parts.put("Verdict", verdict(allRuns, all));
    parts.put("Languages of answers", answerLanguages(all));
    parts.put("Figures", figures(all));
    parts.put("Compared with each other", compared(all));
    parts.put("Languages", languages(all));
    parts.put("Analyses", analyses());
    parts.put("Layers", layers(all));
    parts.put("Training", training(allRuns));
    parts.put("Searches", searches());
    parts.put("Samples", samples(all));
    parts.put("Settings", settings(allRuns));
    parts.put("Cost", cost(allRuns));
    parts.put("Fingerprints", fingerprints(allRuns, all));
    parts.values().removeIf(p -> p.toString().isEmpty());
    return page(title(all), parts);
  }

  private static String page(String title, Map<String, Html> parts) {
    Html body = new Html();
    body.open("header").element("h1", title);
    body.open("nav", "aria-label", "Parts of this page").open("ul");
    parts.keySet().forEach(p -> body.open("li").element("a", p, "href", "#" + id(p)).close("li"));
    body.close("ul").close("nav").close("header").open("main");
    parts.forEach(
        (name, part) -> {
          boolean breaks = Set.of("Figures", "Layers", "Samples", "Settings").contains(name);
          body.open("section", "id", id(name), "class", breaks ? "page" : "");
          body.element("h2", name).append(part).close("section");
        });
    body.close("main")
        .open("footer")
        .element(
            "p",
            String.format(
                Locale.ROOT, "Made by lens report, version %s.", Provenance.codeVersion()),
            "class",
            "note");
    body.close("footer");
    return Page.of(title, body);
  }

  private static String id(String name) {
    return name.toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
  }

  /** Runs whose folders have the same name are numbered. */
  private static List<RunData> distinct(List<RunData> runs) {
    Map<String, RunData> out = new LinkedHashMap<>();
    for (RunData run : runs) {
      String name = run.name();
      for (int i = 2; out.containsKey(name); i++) {
        name = run.name() + " " + i;
      }
      out.put(name, run.named(name));
    }
    return List.copyOf(out.values());
  }

  private String title(List<EvaluationData> evaluations) {
    if (!runs.isEmpty()) {
      return runs.size() == 1
          ? "Report on run " + Folders.title(runs.get(0))
          : "Report on runs " + runs.stream().map(Folders::name).collect(Collectors.joining(", "));
    }
    return evaluations.isEmpty() ? "Report" : "Report on evaluation " + evaluations.get(0).name();
  }

  private static Html verdict(List<RunData> runs, List<EvaluationData> evaluations) {
    Html out = new Html();
    if (evaluations.isEmpty()) {
      missing(out, "No evaluation was given: whether training helped is not known.");
    }
    for (EvaluationData evaluation : evaluations) {
      new VerdictPart(evaluation).write(out);
      leftOut(out, evaluation);
      evaluation.problems().forEach(p -> missing(out, evaluation.name() + ": " + p));
      belongs(out, runs, evaluation);
    }
    return out;
  }

  private static void leftOut(Html out, EvaluationData evaluation) {
    if (evaluation.leftOut().isEmpty()) {
      return;
    }
    String what = "Not measured in evaluation %s, and why (%d)";
    out.open("details");
    out.element(
        "summary",
        String.format(Locale.ROOT, what, evaluation.name(), evaluation.leftOut().size()));
    out.open("ul");
    evaluation.leftOut().forEach(l -> out.element("li", l));
    out.close("ul").close("details");
  }

  /** Says which runs an evaluation does not know, and which ones are of another model. */
  private static void belongs(Html out, List<RunData> runs, EvaluationData evaluation) {
    String model = evaluation.identity().getOrDefault("model", "");
    for (RunData run : runs) {
      boolean other = !model.isEmpty() && !model.equals(run.hashes().getOrDefault("model", model));
      if (other) {
        missing(
            out,
            String.format(
                Locale.ROOT,
                "Run %s is of another model than evaluation %s.",
                run.name(),
                evaluation.name()));
      } else if (!evaluation.identity().isEmpty() && !evaluation.columns().contains(run.name())) {
        missing(
            out,
            String.format(
                Locale.ROOT,
                "Evaluation %s has no column named %s: that run was not measured, or under another name.",
                evaluation.name(),
                run.name()));
      }
    }
  }

  private static Html answerLanguages(List<EvaluationData> evaluations) {
    Html out = new Html();
    evaluations.forEach(e -> new AnswerLanguagesPart(e).write(out));
    return out;
  }

  private static Html figures(List<EvaluationData> evaluations) {
    Html out = new Html();
    evaluations.forEach(e -> new FiguresPart(e).write(out));
    return out;
  }

  private static Html compared(List<EvaluationData> evaluations) {
    Html out = new Html();
    for (EvaluationData e : evaluations) {
      List<Pairs.Pair> pairs = Pairs.of(e);
      if (!pairs.isEmpty()) {
        ComparePart.write(out, e, pairs);
      }
    }
    return out;
  }

  private static Html languages(List<EvaluationData> evaluations) {
    Html out = new Html();
    evaluations.forEach(e -> new LanguagesPart(e).write(out));
    return out;
  }

  private static Html layers(List<EvaluationData> evaluations) {
    Html out = new Html();
    List<LayersPart> parts =
        evaluations.stream().map(LayersPart::new).filter(p -> !p.isEmpty()).toList();
    parts.forEach(p -> p.write(out));
    if (parts.isEmpty()) {
      missing(
          out, "Hidden states were not measured: an evaluation of texts does it, layer by layer.");
    }
    return out;
  }

  private Html analyses() {
    Html out = new Html();
    if (analyses.isEmpty()) {
      missing(
          out, "No analysis was given: principal components before and after, ablations, curves.");
    }
    for (Path folder : analyses) {
      AnalysesPart.read(folder).forEach(a -> AnalysesPart.write(out, a));
    }
    return out;
  }

  private static Html training(List<RunData> runs) {
    Html out = new Html();
    runs.forEach(r -> TrainingPart.write(out, r));
    return out;
  }

  private Html searches() {
    Html out = new Html();
    searches.stream().map(SearchPart::read).forEach(s -> s.write(out));
    return out;
  }

  private static Html samples(List<EvaluationData> evaluations) {
    Html out = new Html();
    boolean any = false;
    for (EvaluationData e : evaluations) {
      any |= new SamplesPart(e).write(out);
    }
    if (!any) {
      missing(
          out,
          "No generated answers were given: tasks fidelity, lcb, multiq, translate and mgsm of lens"
              + " evaluate keep them.");
    }
    return out;
  }

  private static Html settings(List<RunData> runs) {
    Html out = new Html();
    SettingsPart.settings(out, runs);
    return out;
  }

  private static Html cost(List<RunData> runs) {
    Html out = new Html();
    SettingsPart.cost(out, runs);
    return out;
  }

  private static Html fingerprints(List<RunData> runs, List<EvaluationData> evaluations) {
    Html out = new Html();
    SettingsPart.fingerprints(out, runs, evaluations);
    return out;
  }

  static void missing(Html out, String text) {
    out.element("p", text, "class", "missing");
  }
}
