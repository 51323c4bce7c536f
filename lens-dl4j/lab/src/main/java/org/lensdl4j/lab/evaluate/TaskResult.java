package org.lensdl4j.lab.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.measure.Chrf;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.LensException;

/**
 * A task in one language, finished.
 *
 * @param task name
 * @param about one line for people
 * @param language of the items
 * @param identity of everything that the rows depend on
 * @param metrics what was measured
 * @param rows one per item
 */
public record TaskResult(
    String task,
    String about,
    String language,
    String identity,
    List<Metric> metrics,
    List<ItemRow> rows) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public TaskResult {
    metrics = List.copyOf(metrics);
    rows = List.copyOf(rows);
  }

  /** Writes a line that describes the task, and a line per item; all or nothing. */
  public void write(Path file) {
    ObjectNode head = JSON.createObjectNode();
    head.put("task", task).put("about", about).put("language", language).put("identity", identity);
    metrics.forEach(m -> head.withArray("metrics").add(m.toJson()));
    head.put("items", rows.size());
    StringBuilder text = new StringBuilder(head.toString()).append('\n');
    rows.forEach(row -> text.append(row.toJson()).append('\n'));
    AtomicFile.write(file, text.toString());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws LensException naming file and line
   */
  public static TaskResult read(Path file) {
    int line = 1;
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      JsonNode head = JSON.readTree(in.readLine());
      List<Metric> metrics = new ArrayList<>();
      head.path("metrics").forEach(m -> metrics.add(Metric.fromJson(m)));
      List<ItemRow> rows = new ArrayList<>();
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line++;
        rows.add(ItemRow.fromJson(JSON.readTree(text)));
      }
      if (rows.size() != head.path("items").asInt(-1)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: found %d items, expected %s: delete the file to measure again",
                file,
                rows.size(),
                head.path("items")));
      }
      return new TaskResult(
          head.path("task").asText(),
          head.path("about").asText(),
          head.path("language").asText(),
          head.path("identity").asText(),
          metrics,
          rows);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s:%d: not a row of items", file, line), e);
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be read: %s", file, e.getMessage()), e);
    }
  }

  /** The values of a metric, item by item. */
  double[] values(String column, String metric) {
    return rows.stream().mapToDouble(r -> r.columns().get(column).metrics().get(metric)).toArray();
  }

  /**
   * Numbers whose sums over items a metric's figure is taken of; null if it is a mean of values.
   */
  double[][] sums(String column, String metric) {
    double[][] out =
        rows.stream().map(r -> r.columns().get(column).sums().get(metric)).toArray(double[][]::new);
    return out[0] == null ? null : out;
  }

  /** The figure of a metric's sums: chrF++ of n-grams, otherwise the first over the second. */
  static double figure(String metric, double[] sums) {
    return metric.equals(Measure.CHRF.evaluationId())
        ? Chrf.score(sums)
        : sums[1] > 0 ? sums[0] / sums[1] : Double.NaN;
  }

  double[] weights(String metric) {
    return rows.stream().mapToDouble(r -> r.weights().getOrDefault(metric, 1.0)).toArray();
  }

  List<String> keys() {
    return rows.stream().map(ItemRow::key).toList();
  }
}
