package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.lab.evaluate.fidelity.LanguageCodes;
import org.lensdl4j.lab.evaluate.tasks.EvaluationTasks;
import org.lensdl4j.lab.measure.LanguageVerdict;
import org.lensdl4j.lab.measure.LanguageVerdict.Outcome;
import org.lensdl4j.model.base.LensException;

/** Which language was asked for, and which one the answers are in: each model below the other. */
final class AnswerLanguagesPart {
  private static final int MOST_ROWS = 100_000;

  /** More languages than these share a column. */
  private static final int MOST_LANGUAGES = 9;

  private static final String UNKNOWN = "?";
  private static final String REST = "others";

  private final EvaluationData evaluation;

  /** Task, asked language, model, language of answers: how many. */
  private final Map<String, Map<String, Map<String, Map<String, Double>>>> counts =
      new LinkedHashMap<>();

  AnswerLanguagesPart(EvaluationData evaluation) {
    this.evaluation = evaluation;
    evaluation.items().forEach(this::read);
  }

  private void read(Path file) {
    ObjectMapper json = new ObjectMapper();
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      JsonNode head = json.readTree(in.readLine());
      String task = head.path("task").asText();
      String whole = EvaluationTasks.whole(task).orElse(task);
      String asked = head.path("language").asText();
      int rows = 0;
      for (String line = in.readLine(); line != null && rows++ < MOST_ROWS; line = in.readLine()) {
        JsonNode columns = json.readTree(line).path("columns");
        if (!columns.path(evaluation.columns().get(0)).has("found")) {
          return;
        }
        for (String column : evaluation.columns()) {
          Map<String, Double> own =
              counts
                  .computeIfAbsent(whole, t -> new LinkedHashMap<>())
                  .computeIfAbsent(asked, a -> new LinkedHashMap<>())
                  .computeIfAbsent(column, c -> new TreeMap<>());
          JsonNode scores = columns.path(column);
          JsonNode all = scores.path("found_all");
          if (all.isEmpty()) {
            own.merge(scores.path("found").asText(UNKNOWN), 1.0, Double::sum);
          } else {
            all.forEach(f -> own.merge(f.asText(UNKNOWN), 1.0 / all.size(), Double::sum));
          }
        }
      }
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s cannot be read: %s", file, e.getMessage()), e);
    }
  }

  void write(Html out) {
    if (counts.isEmpty()) {
      return;
    }
    if (LanguageVerdict.isMeasured(evaluation.figures(), evaluation.central())) {
      evaluation.others().forEach(column -> verdict(out, column));
    }
    counts.forEach((task, languages) -> table(out, task, languages));
    out.element(
        "p",
        String.format(
                Locale.ROOT,
                "Shares of answers to requests for the language at the left; the right language in bold. %s: it",
                UNKNOWN)
            + " cannot be told, or there is no answer. Answers with their wrong lines marked are among"
            + " the samples.",
        "class",
        "note");
  }

  private void verdict(Html out, String column) {
    LanguageVerdict verdict =
        LanguageVerdict.of(evaluation.figures(), column, evaluation.central());
    Judgement judgement =
        switch (verdict.outcome()) {
          case BETTER -> Judgement.BETTER;
          case AT_A_COST -> Judgement.MIXED;
          case WORSE -> Judgement.WORSE;
          case NONE -> Judgement.NONE;
        };
    out.open("section", "class", "card " + judgement.style()).open("h3");
    out.element("span", judgement.sign(), "class", "sign", "aria-hidden", "true");
    out.text(String.format(Locale.ROOT, "%s: %s", column, verdict.words())).close("h3");
    if (verdict.outcome() == Outcome.NONE) {
      String power =
          Judgement.power(
              evaluation.headlines(column, true).stream()
                  .filter(f -> f.metric().measure().equals("right_language"))
                  .toList());
      if (!power.isEmpty()) {
        out.paragraph(power + ".");
      }
    }
    out.close("section");
  }

  private void table(
      Html out, String task, Map<String, Map<String, Map<String, Double>>> languages) {
    List<String> answered = answered(languages);
    List<String> headings = new ArrayList<>(List.of("asked for", "model"));
    answered.forEach(
        l -> headings.add(l.equals(UNKNOWN) || l.equals(REST) ? l : Languages.name(l)));
    out.openTable(
        String.format(
            Locale.ROOT,
            "%s: asked for and answered in, in evaluation %s",
            task,
            evaluation.name()),
        headings.toArray(String[]::new));
    languages.forEach(
        (asked, models) -> {
          for (String column : evaluation.columns()) {
            out.open("tr");
            if (column.equals(evaluation.columns().get(0))) {
              out.rowHead(Languages.name(asked), evaluation.columns().size());
            }
            out.element("td", column);
            Map<String, Double> own = models.getOrDefault(column, Map.of());
            answered.forEach(l -> share(out, own, l, answered, asked));
            out.close("tr");
          }
        });
    out.closeTable();
  }

  private static void share(
      Html out, Map<String, Double> own, String language, List<String> named, String asked) {
    double all = own.values().stream().mapToDouble(Double::doubleValue).sum();
    double count =
        language.equals(REST)
            ? own.entrySet().stream()
                .filter(e -> !named.contains(e.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .sum()
            : own.getOrDefault(language, 0.0);
    String share = count == 0 || all == 0 ? "" : Math.round(100 * count / all) + " %";
    out.open("td", "class", "n");
    if (language.equals(LanguageCodes.iso(asked)) && !share.isEmpty()) {
      out.element("strong", share);
    } else {
      out.text(share);
    }
    out.close("td");
  }

  /** The languages asked for, then others by how often they come, then those nobody can tell. */
  private List<String> answered(Map<String, Map<String, Map<String, Double>>> languages) {
    Map<String, Double> totals = new TreeMap<>();
    languages.values().stream()
        .flatMap(m -> m.values().stream())
        .forEach(own -> own.forEach((l, n) -> totals.merge(l, n, Double::sum)));
    boolean unknown = totals.remove(UNKNOWN) != null;
    List<String> out =
        new ArrayList<>(languages.keySet().stream().map(LanguageCodes::iso).distinct().toList());
    totals.keySet().removeAll(out);
    List<String> more =
        totals.keySet().stream()
            .sorted(Comparator.comparing((String l) -> -totals.get(l)))
            .toList();
    int room = Math.max(1, MOST_LANGUAGES - out.size());
    out.addAll(more.subList(0, Math.min(room, more.size())));
    if (more.size() > room) {
      out.add(REST);
    }
    if (unknown) {
      out.add(UNKNOWN);
    }
    return out;
  }
}
