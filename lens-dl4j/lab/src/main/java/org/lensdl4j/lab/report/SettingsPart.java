package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What was set, what decided the outcome, and what it took: a column per run. */
final class SettingsPart {
  private static final String NONE = "–";

  private SettingsPart() {}

  static void settings(Html out, List<RunData> runs) {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(r -> r.config().fieldNames().forEachRemaining(names::add));
    table(out, "Settings", runs, names, name -> run -> value(run.config().path(name)));
  }

  static void fingerprints(Html out, List<RunData> runs, List<EvaluationData> evaluations) {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(r -> names.addAll(r.hashes().keySet()));
    table(out, "Fingerprints", runs, names, name -> run -> run.hashes().getOrDefault(name, NONE));
    for (EvaluationData e : evaluations) {
      if (e.identity().isEmpty()) {
        continue;
      }
      out.openTable("Evaluation " + e.name(), "what", "value");
      e.identity()
          .forEach(
              (name, value) ->
                  out.open("tr")
                      .rowHead(name, 1)
                      .element("td", value, "class", "code")
                      .close("tr"));
      out.closeTable();
    }
  }

  static void cost(Html out, List<RunData> runs) {
    Set<String> names = new LinkedHashSet<>();
    names.add("optimiser steps");
    runs.forEach(r -> names.addAll(r.files().keySet()));
    table(
        out,
        "What it took",
        runs,
        names,
        name ->
            run ->
                name.equals("optimiser steps")
                    ? Format.count(run.steps().size())
                    : run.files().getOrDefault(name, NONE));
  }

  private static void table(
      Html out,
      String caption,
      List<RunData> runs,
      Set<String> names,
      Function<String, Function<RunData, String>> value) {
    if (runs.isEmpty()) {
      return;
    }
    List<String> headings = new ArrayList<>(List.of("what"));
    runs.forEach(r -> headings.add(r.name()));
    out.openTable(caption, headings.toArray(String[]::new));
    for (String name : names) {
      List<String> values = runs.stream().map(value.apply(name)).toList();
      boolean differ = values.stream().distinct().count() > 1;
      out.open("tr", "class", differ ? "differs" : "");
      out.rowHead(differ ? name + " ≠" : name, 1);
      values.forEach(v -> out.element("td", v, "class", "code"));
      out.close("tr");
    }
    out.closeTable();
  }

  private static String value(JsonNode value) {
    if (value.isMissingNode()) {
      return NONE;
    }
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      value.forEach(v -> parts.add(v.asText()));
      return parts.isEmpty() ? "none" : String.join(" ", parts);
    }
    return value.isObject() ? value.isEmpty() ? "none" : value.toString() : value.asText();
  }
}
