package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/** Analyses of a folder: what was found, the picture, the first rows of the figures. */
final class AnalysesPart {
  private static final int ROWS = 40;
  private static final long MOST_BYTES = 64L << 20;

  /**
   * One analysis.
   *
   * @param picture an SVG file, if there is one
   * @param rows of the CSV file, the heading first
   */
  record Analysis(
      String name,
      String title,
      String finding,
      Map<String, String> options,
      Optional<String> picture,
      List<List<String>> rows) {}

  private AnalysesPart() {}

  /**
   * Reads the analyses of a folder, by name.
   *
   * @throws LensException if there is none
   */
  static List<Analysis> read(Path folder) {
    List<Analysis> out = new ArrayList<>();
    for (Path file : Folders.files(folder, ".json")) {
      JsonNode json = JsonFiles.read(file);
      if (!json.path("finding").isTextual() || !json.path("title").isTextual()) {
        continue;
      }
      String name = file.getFileName().toString().replaceFirst("\\.json$", "");
      Map<String, String> options = new LinkedHashMap<>();
      json.path("options")
          .properties()
          .forEach(e -> options.put(e.getKey(), e.getValue().asText()));
      String svg = text(folder.resolve(name + ".svg"));
      out.add(
          new Analysis(
              name,
              json.path("title").asText(),
              json.path("finding").asText(),
              options,
              svg.isEmpty() ? Optional.empty() : Optional.of(svg),
              Csv.parse(text(folder.resolve(name + ".csv")))));
    }
    if (out.isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s holds no analysis: expected <name>.json with title and finding",
              folder));
    }
    return out;
  }

  private static String text(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        return "";
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s has %d bytes, expected at most %d",
                file,
                Files.size(file),
                MOST_BYTES));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s cannot be read: %s", file, e.getMessage()), e);
    }
  }

  static void write(Html out, Analysis analysis) {
    out.element("h3", analysis.title());
    out.paragraph(analysis.finding());
    if (analysis.picture().isPresent()) {
      out.image(analysis.picture().get(), "Picture: " + analysis.title());
    } else {
      Report.missing(out, String.format(Locale.ROOT, "There is no %s.svg.", analysis.name()));
    }
    out.open("details").element("summary", "Figures and options");
    if (!analysis.options().isEmpty()) {
      List<String> options = new ArrayList<>();
      analysis.options().forEach((k, v) -> options.add(k + " " + v));
      out.element("p", String.join("; ", options), "class", "code");
    }
    rows(out, analysis);
    out.close("details");
  }

  private static void rows(Html out, Analysis analysis) {
    List<List<String>> rows = analysis.rows();
    if (rows.size() < 2) {
      out.element(
          "p",
          String.format(Locale.ROOT, "There is no %s.csv.", analysis.name()),
          "class",
          "missing");
      return;
    }
    int shown = Math.min(ROWS, rows.size() - 1);
    out.openTable(
        String.format(
            Locale.ROOT,
            "%d of %s rows of %s.csv",
            shown,
            Format.count(rows.size() - 1),
            analysis.name()),
        rows.get(0).toArray(String[]::new));
    for (List<String> row : rows.subList(1, shown + 1)) {
      out.open("tr");
      row.forEach(cell -> out.element("td", brief(cell), "class", "n"));
      out.close("tr");
    }
    out.closeTable();
  }

  /** Numbers with four digits; everything else as it is. */
  private static String brief(String cell) {
    return cell.matches("-?\\d{1,15}\\.\\d{4,}(E-?\\d{1,3})?")
        ? Format.number(Double.parseDouble(cell))
        : cell;
  }
}
